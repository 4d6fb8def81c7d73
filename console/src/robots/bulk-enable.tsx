import { useMutation } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Form } from '../parts/form.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { changeRobot } from '../robot/robot-query.ts'
import type { BulkProps } from './bulk.ts'
import { forEach } from './for-each.ts'

/** Lets robots act again. */
export function BulkEnable({ owner, names, onDone, onSwitched, onClose }: BulkProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      forEach(names, (robot) => changeRobot({ owner, robot }, { enabled: true })).finally(onDone),
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
      </Form>
    </Dialog>
  )
}
