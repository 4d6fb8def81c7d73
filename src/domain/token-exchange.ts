import { invalidRequest, ServiceError } from './errors.ts'
import { MAX_IDENTITY_TOKEN_BYTES } from './identity-token-size.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token' as const
const JWT = 'urn:ietf:params:oauth:token-type:jwt'

/** Which robot a token is for, after that its full name. */
const ROBOT = 'urn:quay:robot:'

/** The parameters of a token exchange (RFC 8693 §2.1) that are looked at. */
interface TokenExchangeForm {
  grant_type?: string | undefined
  subject_token?: string | undefined
  subject_token_type?: string | undefined
  requested_token_type?: string | undefined
  resource?: string | undefined
  scope?: string | undefined
}

/**
 * Reads a token exchange, in the order in which Quay judges.
 *
 * @returns `robot` is a full name, which nothing is known of yet
 * @throws {ServiceError} `invalid_request`, `oauth_unsupported_grant_type`, `oauth_invalid_target`
 */
export function readTokenExchange({
  grant_type: grantType,
  subject_token: identityToken,
  subject_token_type: subjectTokenType,
  requested_token_type: requestedTokenType = ACCESS_TOKEN,
  resource,
  scope = '',
}: TokenExchangeForm) {
  if (!grantType || !identityToken || !subjectTokenType || !resource) {
    throw invalidRequest('grant_type, subject_token, subject_token_type and resource are needed')
  }
  if (identityToken.length > MAX_IDENTITY_TOKEN_BYTES) {
    throw invalidRequest('subject_token is too long')
  }
  if (grantType !== TOKEN_EXCHANGE) {
    throw new ServiceError('oauth_unsupported_grant_type', `grant_type must be ${TOKEN_EXCHANGE}`)
  }
  if (subjectTokenType !== JWT) throw invalidRequest(`subject_token_type must be ${JWT}`)
  if (requestedTokenType !== ACCESS_TOKEN) {
    throw invalidRequest(`requested_token_type must be ${ACCESS_TOKEN}`)
  }
  const robot = resource.startsWith(ROBOT) ? resource.slice(ROBOT.length) : ''
  if (!robot.includes('+')) {
    throw new ServiceError('oauth_invalid_target', `resource must be ${ROBOT}OWNER+NAME`)
  }
  return { identityToken, robot, scope }
}
