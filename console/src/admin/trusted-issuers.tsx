import type { components } from '../generated/openapi.d.ts'
import { Table } from '../parts/table.tsx'

type Issuer = components['schemas']['TrustedIssuer']

const KEYS: Record<Issuer['keys'], string> = {
  configured: 'in the file',
  jwks_uri: 'at an address in the file',
  discovery: 'as the issuer says',
}

/** Issuers that the operator lists. */
export const TrustedIssuers = ({ issuers }: { issuers: Issuer[] }) => (
  <section className="card stack" aria-label="Issuers">
    <h2>Issuers</h2>
    {issuers.length === 0 && <p>The operator lists none in the configuration file.</p>}
    {issuers.length > 0 && (
      <Table
        label="Issuers"
        head={
          <>
            <th scope="col">Name</th>
            <th scope="col">Issuer</th>
            <th scope="col">Keys</th>
            <th scope="col">Of all its tokens</th>
          </>
        }
      >
        {issuers.map((one) => (
          <tr key={one.name}>
            <th scope="row">{one.name}</th>
            <td>
              <code>{one.issuer}</code>
            </td>
            <td>{KEYS[one.keys]}</td>
            <td>{conditionsOf(one).join('; ')}</td>
          </tr>
        ))}
      </Table>
    )}
  </section>
)

const conditionsOf = (one: Issuer): string[] => [
  ...(one.required_claims ? [`claims ${JSON.stringify(one.required_claims)}`] : []),
  ...(one.max_token_lifetime ? [`at most ${one.max_token_lifetime} s long`] : []),
  ...(one.single_use ? ['single use'] : []),
]
