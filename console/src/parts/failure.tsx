import { Refusal, Unreachable } from '../api/refusal.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

const titleOf = (error: Error) => {
  if (error instanceof Unreachable) return 'The service cannot be reached'
  if (!(error instanceof Refusal)) return 'The console has failed'
  if (error.status === 401 || error.status === 403) return 'You have no right to see this'
  return error.status === 404 ? 'There is no such thing, or it is hidden from you' : 'Not shown'
}

interface Props {
  error: Error
  retry?: () => void
}

/** In place of what could not be shown: why, and what can be done. */
export const Failure = ({ error, retry }: Props) => (
  <Notice kind="problem">
    <p>
      <strong>{titleOf(error)}</strong>
    </p>
    <p>{error.message}</p>
    {retry && <Button onPress={retry}>Try again</Button>}
  </Notice>
)
