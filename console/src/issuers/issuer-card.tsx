import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { deleteIssuer, type IssuerRecord, issuerPath, issuersKey } from './issuer-record.ts'

interface Props {
  orgname: string
  record: IssuerRecord
}

/** An issuer, and how old its keys are. */
export const IssuerCard = ({ orgname, record }: Props) => (
  <section className="card stack" aria-label={record.name}>
    <h2>{record.name}</h2>
    <dl className="facts">
      <dt>Issuer</dt>
      <dd>{record.issuer}</dd>
      <dt>Keys</dt>
      <dd>
        <ul className="entries">
          {record.keys.map(({ kid, added_at }) => (
            <li key={`${kid} ${added_at}`}>
              <code>{kid ?? 'without a name'}</code>, put <RelativeTime time={added_at} />
            </li>
          ))}
        </ul>
      </dd>
      {record.required_claims && (
        <>
          <dt>All its tokens claim</dt>
          <dd>
            <code>{JSON.stringify(record.required_claims)}</code>
          </dd>
        </>
      )}
      {record.max_token_lifetime !== undefined && (
        <>
          <dt>They live at most</dt>
          <dd>{record.max_token_lifetime} seconds</dd>
        </>
      )}
    </dl>
    <div className="actions">
      <ConfirmedButton
        title="Delete"
        what={record.name}
        run={() => deleteIssuer(orgname, record.name)}
        refresh={[issuersKey(orgname)]}
        call={{ method: 'DELETE', path: issuerPath(orgname, record.name) }}
      >
        Entries that refer to it admit nobody from then on, and robot tokens that came from them end
        at once.
      </ConfirmedButton>
    </div>
  </section>
)
