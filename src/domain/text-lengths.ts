/** How long the texts may be that callers give of what they make (characters). */
export const TEXT_LENGTHS = {
  robotDescription: 255,
  /** Why a robot is disabled. */
  disabledReason: 255,
  repositoryDescription: 65_536,
  teamDescription: 65_535,
  applicationName: 255,
  applicationDescription: 4096,
  applicationUri: 2048,
  appTokenTitle: 255,
  /** Of every kind of API token. */
  tokenName: 255,
  /** Of scopes in one text, with blanks between them. */
  tokenScope: 1024,
  webhookUrl: 2048,
  webhookDescription: 255,
} as const

/** How much of a description lists show (characters). */
export const LISTED_DESCRIPTION = 200
