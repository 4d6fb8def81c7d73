import type { Owner } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { MatterLink } from './matter-link.tsx'
import { MATTERS, type Matter } from './matters.ts'

type Attention = components['schemas']['Attention']

interface Props {
  owner: Owner
  attention: Attention
}

/** Each thing that needs attention, with how many there are. */
export function MatterList({ owner, attention }: Props) {
  const present = (Object.keys(MATTERS) as Matter[]).filter((name) => attention[name].count > 0)
  if (present.length === 0) return <p className="quiet">Nothing needs attention.</p>
  return (
    <ul className="matters">
      {present.map((name) => (
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
}
