import type { components } from '../generated/openapi.d.ts'
import { MATTERS, type Matter } from './matters.ts'

type Attention = components['schemas']['Attention']

/** Each thing that needs attention, with how many there are. */
export function MatterList({ attention }: { attention: Attention }) {
  const present = (Object.keys(MATTERS) as Matter[]).filter((name) => attention[name].count > 0)
  if (present.length === 0) return <p className="quiet">Nothing needs attention.</p>
  return (
    <ul className="matters">
      {present.map((name) => (
        <li key={name}>
          <strong>
            {attention[name].count.toLocaleString('en')}
            {attention[name].more && '+'}
          </strong>{' '}
          {MATTERS[name]}
        </li>
      ))}
    </ul>
  )
}
