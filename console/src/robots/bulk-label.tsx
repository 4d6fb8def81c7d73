import { labelsOfText } from '../parts/labels-text.ts'
import type { BulkProps } from './bulk.ts'
import { BulkForm } from './bulk-form.tsx'

/** Gives robots one more label. */
export const BulkLabel = (props: BulkProps) => (
  <BulkForm
    {...props}
    title="Label the robots"
    deed="Label"
    label="Label"
    hint="As team:web. A label of the same name is replaced."
    required
    patchOf={(text) => ({ labels: labelsOfText(text) })}
  />
)
