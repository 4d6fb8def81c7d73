/** Which issuers may be trusted: any, or those that have a record. */
export const TRUSTED_ISSUERS = ['any', 'listed'] as const
export type TrustedIssuers = (typeof TRUSTED_ISSUERS)[number]

/** Whose record lists an issuer. */
export type ListedBy = 'operator' | 'organization'

/** What each of them lays down; an organization may be stricter than the installation, never looser. */
interface IssuerPolicies {
  installation: TrustedIssuers
  organization?: TrustedIssuers | undefined
}

/** Whether an issuer may be trusted. Where only listed ones may be and none is listed, none may. */
export function isTrusted(
  listedBy: ListedBy | undefined,
  { installation, organization = 'any' }: IssuerPolicies,
): boolean {
  if (installation === 'listed') return listedBy === 'operator'
  return organization === 'any' || listedBy !== undefined
}
