import { parseBasic } from './basic-credentials.ts'
import { invalidRequest, ServiceError } from './errors.ts'

export interface ClientCredentials {
  clientId: string
  clientSecret: string
}

/** The client's id and secret as fields of a form. */
export interface ClientFields {
  client_id?: string | undefined
  client_secret?: string | undefined
}

export const invalidClient = (message = 'Client authentication failed') =>
  new ServiceError('oauth_invalid_client', message)

/**
 * The client id and secret of a request, sent by Basic or in the body (RFC 6749 §2.3.1).
 *
 * @throws {ServiceError} `oauth_invalid_client` where there are none, `invalid_request` for two ways at once
 */
export function clientCredentialsOf(
  header: string | undefined,
  body: ClientFields,
): ClientCredentials {
  const { client_id: clientId, client_secret: clientSecret } = body
  if (header === undefined || header === '') {
    if (clientId === undefined || clientSecret === undefined) throw invalidClient()
    return { clientId, clientSecret }
  }
  const basic = parseBasic(header)
  if ('problem' in basic) throw invalidClient()
  const credentials = {
    clientId: formDecode(basic.username),
    clientSecret: formDecode(basic.password),
  }
  if (clientSecret !== undefined) throw invalidRequest('Client authenticated in two ways')
  if (clientId !== undefined && clientId !== credentials.clientId) {
    throw invalidRequest('client_id is of another client')
  }
  return credentials
}

/** Within Basic, id and secret are encoded as in forms (RFC 6749 §2.3.1). */
function formDecode(text: string) {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidClient()
  }
}
