import { Link } from '@tanstack/react-router'
import { sentence } from '../parts/sentence.ts'
import type { Entry } from '../robot/robot-query.ts'
import { useRobotAddress } from '../robot/use-robot-address.ts'

/** Why the keys of an issuer are not there. */
export type Lack = Entry['warnings'][number]

/** Warnings by which the issuer's keys are not there, and what to do then. */
const NEXT: Readonly<Record<string, string>> = {
  issuer_silent: 'let the issuer answer this service; or, where it cannot, put its keys under',
  issuer_not_asked: 'test a token in a minute; keys that nobody can ask for are put under',
  no_record: 'put the keys, with the name that the entry has, under',
  not_listed: 'put the keys of the issuer under',
}

/** Undefined: they are. */
export const lackOfKeys = ({ warnings }: Entry): Lack | undefined =>
  warnings.find(({ code }) => code in NEXT)

/** The same of an entry before it is saved and after: what works, what does not yet, and what to do next. */
export function WithoutKeys({ lack: { code, message } }: { lack: Lack }) {
  const { owner } = useRobotAddress()
  return (
    <>
      <p>
        <strong>
          The entry is good; its jobs get in once the service has the keys of their issuer.
        </strong>{' '}
        Until then they are refused. {sentence(message)}
      </p>
      {owner.kind === 'orgs' && (
        <p>
          Next: {NEXT[code]}{' '}
          <Link to="/$kind/$owner/issuers" params={{ kind: owner.kind, owner: owner.name }}>
            Issuers
          </Link>
          .
        </p>
      )}
    </>
  )
}
