import type { components } from '../generated/openapi.d.ts'
import { RelativeTime } from '../parts/relative-time.tsx'

interface Props {
  entry: components['schemas']['LogEntry']
}

/** `create_robot` as words. */
const wordsOf = (kind: string) => kind.replaceAll('_', ' ')

export const LogRow = ({ entry }: Props) => (
  <tr>
    <th scope="row">{wordsOf(entry.kind)}</th>
    <td>
      {entry.performer?.name ?? <span className="quiet">not known</span>}
      {entry.ip && <p className="quiet">from {entry.ip}</p>}
    </td>
    <td>
      <RelativeTime time={entry.datetime} />
    </td>
    <td>
      <details>
        <summary>All of it</summary>
        <pre>{JSON.stringify(entry.metadata, null, 2)}</pre>
      </details>
    </td>
  </tr>
)
