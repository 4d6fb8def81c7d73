import { Choice } from '../parts/choice.tsx'
import type { Visibility } from './repository-calls.ts'

const VISIBILITIES: Record<Visibility, string> = {
  private: 'who has a role',
  public: 'everybody',
}

interface Props {
  value: Visibility
  onChange: (visibility: Visibility) => void
}

/** Who may pull without a role. */
export const VisibilityChoice = (props: Props) => (
  <Choice label="Pulling is for" options={VISIBILITIES} {...props} />
)
