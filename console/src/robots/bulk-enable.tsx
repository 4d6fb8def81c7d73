import { useMutation } from '@tanstack/react-query'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Form } from '../parts/form.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import type { BulkProps } from './bulk.ts'
import { changeCall, changeRobots, forAll } from './bulk-calls.ts'

const ENABLED = { enabled: true }

/** Lets robots act again. */
export function BulkEnable({ owner, names, onDone, onSwitched, onClose }: BulkProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => changeRobots(owner, names, ENABLED).finally(onDone),
    onSuccess: onSwitched,
  })
  return (
    <Dialog title="Enable the robots" onClose={onClose}>
      <Form className="stack" onSubmit={mutate}>
        <p>{names.join(', ')}</p>
        <p>What they had works again.</p>
        <FormProblem problem={error?.message} />
        <div className="actions">
          <Button type="submit" look="primary" isPending={isPending}>
            Enable
          </Button>
          <Button onPress={onClose}>Back</Button>
        </div>
        <SameInAShell
          curl={asCurl(changeCall(owner, names, ENABLED))}
          yaml={organizationYaml(owner, forAll(names, ENABLED))}
        />
      </Form>
    </Dialog>
  )
}
