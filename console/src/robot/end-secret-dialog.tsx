import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { type RobotAddress, refreshRobot, robotPath } from './robot-query.ts'

interface Props {
  address: RobotAddress
  id: string
  name: string
  isNewest: boolean
  onClose: () => void
}

/** Asks before a secret is ended: whoever has it is refused from then on. */
export function EndSecretDialog({ address, id, name, isNewest, onClose }: Props) {
  const queries = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      answerOf(
        ownerApi(address.owner).DELETE('/robots/{robot_shortname}/secrets/{secret_id}', {
          params: { path: { robot_shortname: address.robot, secret_id: id } },
        }),
      ),
    onSuccess: async () => {
      await refreshRobot(queries, address)
      onClose()
    },
  })
  return (
    <Dialog title={`End the secret ${name}`} onClose={onClose}>
      <p>
        {isNewest && 'It is the newest one. '}Whoever still has it is refused from the next log-in
        on. It does not come back.
      </p>
      <FormProblem problem={error?.message} />
      <div className="actions">
        <Button look="danger" isPending={isPending} onPress={() => mutate()}>
          End it
        </Button>
        <Button onPress={onClose}>Keep it</Button>
      </div>
      <SameInAShell
        curl={asCurl({ method: 'DELETE', path: `${robotPath(address)}/secrets/${id}` })}
      />
    </Dialog>
  )
}
