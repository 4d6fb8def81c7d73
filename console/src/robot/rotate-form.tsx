import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import { asCurl, asShellWord } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { type RobotAddress, refreshRobot, robotPath } from './robot-query.ts'

const GRACES = {
  '0': 'no longer: it has leaked',
  '1h': 'an hour longer',
  '24h': 'a day longer',
  '7d': 'a week longer',
  '30d': 'thirty days longer',
}

const FULL =
  'The robot has two secrets, which is the most: end one above first, or let both end at once, as after a leak.'

interface Props {
  address: RobotAddress
  /** How many it has so far that are good; undefined: that is not known yet. */
  count: number | undefined
}

/** One that is made, and one that it replaces. */
const MOST = 2

/** Makes a new secret, while the one so far stays good until all have changed. */
export function RotateForm({ address, count }: Props) {
  const { owner, robot } = address
  const queries = useQueryClient()
  const { secret, show, hide } = useHiddenSecret()
  const [grace, setGrace] = useState<keyof typeof GRACES>('24h')
  const [expiresIn, setExpiresIn] = useState('')
  const [isTried, setTried] = useState(false)
  const query = { grace, ...(expiresIn && { expires_in: expiresIn }) }
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => {
      hide()
      const made = await answerOf(
        ownerApi(owner).POST('/robots/{robot_shortname}/regenerate', {
          params: { path: { robot_shortname: robot }, query },
        }),
      )
      show(made.token)
    },
    onSuccess: () => refreshRobot(queries, address),
  })
  const isFirst = count === 0
  const isFull = count === MOST && grace !== '0'
  const problem = problemOf(error, ['expires_in', 'grace'])
  const path = `${robotPath(address)}/regenerate?${new URLSearchParams(query)}`
  const expiry = expiresIn && ` --expires-in ${asShellWord(expiresIn)}`
  return (
    <CardForm
      title={isFirst ? 'Make a secret' : 'Rotate'}
      submit="Make a new secret"
      isPending={isPending}
      onSubmit={() => (isFull ? setTried(true) : mutate())}
      problem={isFull && isTried ? FULL : problem.of.grace ? error?.message : problem.rest}
      after={
        <>
          {secret && <SecretBox title="New secret" secret={secret} onHide={hide} />}
          <SameInAShell
            curl={asCurl({ method: 'POST', path })}
            command={`quay-robots robot rotate ${owner.name}+${robot} --grace ${grace}${expiry}`}
          />
        </>
      }
    >
      {!isFirst && (
        <Choice
          label="Keep the old secret"
          value={grace}
          onChange={setGrace}
          options={GRACES}
          {...(isFull && !isTried && { hint: FULL })}
        />
      )}
      <Field
        label="The new one expires in"
        hint="As 90d or 12h. Empty: as the policy says, or never."
        value={expiresIn}
        onChange={setExpiresIn}
        problem={problem.of.expires_in}
      />
    </CardForm>
  )
}
