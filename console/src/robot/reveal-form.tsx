import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
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
  return (
    <CardForm
      title="Show the newest secret"
      submit="Show"
      look="plain"
      isPending={isPending}
      onSubmit={mutate}
      problem={error?.message}
      after={secret && <SecretBox title={FORMATS[format]} secret={secret} onHide={hide} />}
    >
      <Choice label="As" value={format} onChange={choose} options={FORMATS} />
    </CardForm>
  )
}
