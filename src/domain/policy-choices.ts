// The choices of a policy, each from the least strict to the strictest.

/** Whether a static token is shown again, or only when it is made. */
export const SECRET_VISIBILITIES = ['always', 'once'] as const

/** What becomes of a federation entry without audiences, which takes tokens that were made for other services. */
export const FEDERATION_AUDIENCES = ['optional', 'default', 'required'] as const

/** Which issuers may be trusted: any, or those that have a record. */
export const TRUSTED_ISSUERS = ['any', 'listed'] as const
