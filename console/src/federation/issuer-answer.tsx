import { Notice } from '../parts/notice.tsx'
import type { Entry } from '../robot/robot-query.ts'

/** Warnings by which the issuer's keys are not there. */
const WITHOUT_KEYS = ['issuer_silent', 'issuer_not_asked', 'no_record', 'not_listed']

/** Of an entry that was just tried: whether the issuer gave its keys. Why not, its warnings say. */
export const IssuerAnswer = ({ entry }: { entry: Entry }) =>
  entry.warnings.some(({ code }) => WITHOUT_KEYS.includes(code)) ? (
    <Notice kind="problem">The service has no keys of the issuer now: no job would get in.</Notice>
  ) : (
    <Notice kind="done">The service has the keys of the issuer.</Notice>
  )
