import type { Owner } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { MatterLink } from './matter-link.tsx'
import { CAN_WAIT, MATTERS, type Matter } from './matters.ts'

type Attention = components['schemas']['Attention']

interface Props {
  /** Undefined: the whole installation. */
  owner: Owner | undefined
  attention: Attention
}

/** Each thing that needs attention, with how many there are; apart from those, what can wait. */
export function MatterList({ owner, attention }: Props) {
  const present = (Object.keys(MATTERS) as Matter[]).filter((name) => attention[name].count > 0)
  const waiting = present.filter((name) => CAN_WAIT.includes(name))
  const pressing = present.filter((name) => !CAN_WAIT.includes(name))
  const listOf = (names: Matter[]) => (
    <ul className="matters">
      {names.map((name) => (
        <li key={name}>
          <MatterLink owner={owner} query={attention[name].query}>
            <strong>
              {attention[name].count.toLocaleString('en')}
              {attention[name].more && '+'}
            </strong>{' '}
            {MATTERS[name][attention[name].count === 1 ? 0 : 1]}
          </MatterLink>
        </li>
      ))}
    </ul>
  )
  return (
    <>
      {pressing.length > 0 ? listOf(pressing) : <p className="quiet">Nothing needs attention.</p>}
      {waiting.length > 0 && (
        <>
          <p className="quiet">No alarm, but worth a look:</p>
          {listOf(waiting)}
        </>
      )}
    </>
  )
}
