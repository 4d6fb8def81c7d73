import type { RobotPolicy } from './robot-policy.ts'

/** Whose record lists an issuer. */
export type ListedBy = 'operator' | 'organization'

/**
 * Whether an issuer may be trusted. Where only listed ones may be and none is listed, none may. An organization's own records
 * count where it is the organization that wants them listed.
 */
export const isTrusted = (
  listedBy: ListedBy | undefined,
  { trustedIssuers, own }: Pick<RobotPolicy, 'trustedIssuers' | 'own'>,
) =>
  trustedIssuers === 'any' ||
  listedBy === 'operator' ||
  (listedBy === 'organization' && own.includes('trustedIssuers'))
