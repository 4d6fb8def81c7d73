import { Link } from '@tanstack/react-router'
import { sentence } from '../parts/sentence.ts'
import type { Entry } from '../robot/robot-query.ts'
import { useRobotAddress } from '../robot/use-robot-address.ts'

/** Why the keys of an issuer are not there. */
export type Lack = Entry['warnings'][number]

interface Words {
  /** What works, and what does not yet. */
  now: string
  /** What to do, before the name of the page with issuers. */
  next: string
}

/** By the code of the warning. */
const WORDS: Readonly<Record<string, Words>> = {
  issuer_silent: {
    now: 'No job gets in by it yet, as the issuer gives no keys. The entry itself is good.',
    next: 'let the issuer answer this service; or, where it cannot, put its keys under',
  },
  issuer_not_asked: {
    now: 'The entry is good; whether the issuer gives its keys is not known yet.',
    next: 'test a token in a minute; keys that nobody can ask for are put under',
  },
  no_record: {
    now: 'No job gets in by the entry before the keys that it names are there.',
    next: 'correct the name, or put keys with this name under',
  },
  not_listed: {
    now: 'No job gets in by the entry before its issuer is listed.',
    next: 'put the issuer with its keys under',
  },
}

/** Undefined: they are. */
export const lackOfKeys = ({ warnings }: Entry): Lack | undefined =>
  warnings.find(({ code }) => code in WORDS)

/** The same of an entry before it is saved and after: what works, what does not yet, and what to do next. */
export function WithoutKeys({ lack: { code, message } }: { lack: Lack }) {
  const { owner } = useRobotAddress()
  const { now, next } = WORDS[code] ?? {}
  return (
    <>
      <p>
        <strong>{now}</strong> {sentence(message)}
      </p>
      {owner.kind === 'orgs' && (
        <p>
          Next: {next}{' '}
          <Link to="/$kind/$owner/issuers" params={{ kind: owner.kind, owner: owner.name }}>
            Issuers
          </Link>
          .
        </p>
      )}
    </>
  )
}
