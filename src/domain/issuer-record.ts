/** What is laid down for all tokens of an issuer, whatever the entries say. */
export interface IssuerRules {
  /** From `iat` to `exp`, in seconds. */
  maxTokenLifetime?: number | undefined
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/

/** Whether entries can refer to a record by this name. */
export const isRecordName = (text: string) => NAME.test(text)
