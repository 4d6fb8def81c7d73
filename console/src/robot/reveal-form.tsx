import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { FORMATS, type Format, readCredential } from './credential-text.ts'
import type { RobotAddress } from './robot-query.ts'

/** Shows the newest secret, as a tool wants it. */
export function RevealForm({ address }: { address: RobotAddress }) {
  const { secret, show, hide } = useHiddenSecret()
  const [format, setFormat] = useState<Format>('token')
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => show(await readCredential(address, format)),
  })
  const choose = (to: Format) => {
    hide()
    setFormat(to)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  return (
    <form className="card form" onSubmit={submit}>
      <h2>Show the newest secret</h2>
      <Choice label="As" value={format} onChange={choose} options={FORMATS} />
      <FormProblem problem={error?.message} />
      <Button type="submit" isPending={isPending}>
        Show
      </Button>
      {secret && <SecretBox title={FORMATS[format]} secret={secret} onHide={hide} />}
    </form>
  )
}
