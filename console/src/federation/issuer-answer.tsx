import { Notice } from '../parts/notice.tsx'
import { type Lack, WithoutKeys } from './without-keys.tsx'

/** Of an entry that was just tried: whether the issuer gave its keys. */
export const IssuerAnswer = ({ lack }: { lack: Lack | undefined }) =>
  lack ? (
    <Notice kind="note">
      <WithoutKeys lack={lack} />
    </Notice>
  ) : (
    <Notice kind="done">The service has the keys of the issuer.</Notice>
  )
