import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { components } from '../generated/openapi.d.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { entriesQuery, type RobotAddress } from '../robot/robot-query.ts'
import { entryName } from './entry-name.ts'
import { useFederationMemory } from './federation-memory.tsx'
import { testAsCurl } from './test-as-curl.ts'
import { testToken } from './test-token.ts'
import { TokenActions } from './token-actions.tsx'
import { TokenLife } from './token-life.tsx'
import { TokenReport } from './token-report.tsx'
import { areClaims, claimsOfText, hasExpired, presentedOf } from './token-text.ts'

type Check = components['schemas']['FederationCheck']

interface Props {
  address: RobotAddress
  /** What is tried at once; empty: nothing is. */
  start: string
}

/** The log keeps no more of a job than its issuer and subject: what else an entry wants is not known to be missing. */
const isInLog = ({ check }: Check) => ['issuer', 'issuer_ref', 'subject'].includes(check)

/** Paste what a job presents, and see what an exchange would come to. It goes to the service, and nowhere else. */
export function TokenTestForm({ address, start }: Props) {
  const { pasted: text, fromLog, remember } = useFederationMemory()
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: async () => {
      const report = await testToken(address, presentedOf(text))
      const isFromLog = text === fromLog
      const checks = isFromLog ? report.checks.filter(isInLog) : report.checks
      return { isFromLog, report: { ...report, checks } }
    },
  })
  useEffect(() => {
    if (start !== '') mutate()
  }, [start, mutate])
  const entries = useQuery(entriesQuery(address)).data?.entries ?? []
  const claims = claimsOfText(text)
  const nameOf = (id: string) => entryName(entries, id)
  const curl = testAsCurl(address, text)
  return (
    <section className="card stack" aria-label="Test a token">
      <h2>Would this job get in?</h2>
      <Form className="form" onSubmit={mutate}>
        <Field
          label="Identity token, or its claims as JSON"
          hint="Nothing is issued, used up, stored or logged."
          lines={5}
          value={text}
          onChange={(pasted) => remember({ pasted })}
          problem={error?.message}
          required
        />
        <Button type="submit" look="primary" isPending={isPending}>
          Test it
        </Button>
      </Form>
      {curl && <SameInAShell curl={curl} />}
      {data && (
        <TokenReport
          report={data.report}
          isOver={claims !== undefined && hasExpired(claims)}
          entries={entries}
          nameOf={nameOf}
        />
      )}
      {data?.isFromLog && (
        <p>
          That is all that the log has of the job: paste its token, or all of its claims, to see
          whether the rest matches.
        </p>
      )}
      {data && claims && <TokenLife claims={claims} areBare={areClaims(text)} />}
      {data && claims && (
        <TokenActions address={address} report={data.report} claims={claims} nameOf={nameOf} />
      )}
    </section>
  )
}
