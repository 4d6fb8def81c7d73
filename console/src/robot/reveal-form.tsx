import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { useRegistryHost } from '../session/session-query.ts'
import { credentialPath, FORMATS, type Format, readCredential } from './credential-text.ts'
import type { RobotAddress } from './robot-query.ts'

/** Shows the newest secret, as a tool wants it, for all of the registry or what its owner has there. */
export function RevealForm({ address }: { address: RobotAddress }) {
  const host = useRegistryHost()
  const part = `${host}/${address.owner.name}`
  const { secret, show, hide } = useHiddenSecret()
  const [format, setFormat] = useState<Format>('token')
  const [registry, setRegistry] = useState(host)
  const wish = { format, registry }
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => show(await readCredential(address, wish)),
  })
  return (
    <CardForm
      title="Show the newest secret"
      submit="Show"
      look="plain"
      isPending={isPending}
      onSubmit={mutate}
      problem={error?.message}
      after={
        <>
          {secret && <SecretBox title={FORMATS[format]} secret={secret} onHide={hide} />}
          <SameInAShell curl={asCurl({ method: 'GET', path: credentialPath(address, wish) })} />
        </>
      }
    >
      <Choice
        label="As"
        value={format}
        onChange={(to) => {
          hide()
          setFormat(to)
        }}
        options={FORMATS}
      />
      {format !== 'token' && (
        <Choice
          label="For"
          value={registry}
          onChange={(to) => {
            hide()
            setRegistry(to)
          }}
          options={{ [host]: `all of ${host}`, [part]: `${part} alone` }}
          hint="Clients that have several credentials for a registry take those with the longest path that fits."
        />
      )}
    </CardForm>
  )
}
