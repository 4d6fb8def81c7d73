import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { registrySettings } from './registry-settings.ts'

async function readKeys() {
  const [{ keys }, certificate, { registry }] = await Promise.all([
    answerOf(api.GET('/.well-known/jwks.json')),
    answerOf(api.GET('/.well-known/registry-ca.pem', { parseAs: 'text' })),
    answerOf(api.GET('/api/v1/superuser/settings')),
  ])
  return { keys, certificate, settings: registrySettings(registry) }
}

/** What a registry needs to trust the service. */
export function KeysPage() {
  const { data, error, refetch } = useQuery({ queryKey: ['keys'], queryFn: readKeys })
  return (
    <Page title="Keys">
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what="keys" />}
      {data && (
        <div className="stack">
          <section className="card" aria-label="Registry">
            <h2>What the registry is told</h2>
            <p>Save the certificate where the registry finds it, and start the registry anew.</p>
            <pre>{data.settings}</pre>
            <CopyButton text={data.settings} what="settings" />
          </section>
          <section className="card" aria-label="Certificate">
            <h2>Its certificate</h2>
            <p>It stays the same when signing keys change.</p>
            <pre>{data.certificate}</pre>
            <CopyButton text={data.certificate} what="certificate" />
          </section>
          <h2>Signing keys</h2>
          <p>
            The newest first. On the machine of the service, <code>quay-robots keys rotate</code>{' '}
            makes another.
          </p>
          <Table
            label="Signing keys"
            head={
              <>
                <th scope="col">Key</th>
                <th scope="col">Kind</th>
              </>
            }
          >
            {data.keys.map(({ kid, kty, alg }) => (
              <tr key={kid}>
                <th scope="row">
                  <code>{kid}</code>
                </th>
                <td>{String(alg ?? kty)}</td>
              </tr>
            ))}
          </Table>
        </div>
      )}
    </Page>
  )
}
