/** The explanation at the address in an error's `type`, by `error_type`. */
export const ERROR_DESCRIPTIONS: Record<string, string> = {
  invalid_request: 'The request cannot be understood, or asks for something that cannot be.',
  invalid_token: 'No token came with the request, or one that is unknown, expired or revoked.',
  insufficient_scope: 'The token lacks a scope, or its user a right, that the operation needs.',
  login_refused: 'Nobody is logged in with these credentials; the message says why.',
  fresh_login_required:
    'The operation needs a log-in of a moment ago: authenticate again (`POST /api/v1/session/sudo`).',
  same_origin_required: 'Only pages of this service may ask for this, at its own address.',
  https_required: 'Nobody can sign in where the address of the service is not encrypted.',
  not_found: 'There is no such thing here.',
  method_not_allowed: 'The method is not allowed here; see the Allow header.',
  conflict: 'What is asked for is not possible as things are; the message says what is in the way.',
  precondition_failed: 'What was to be changed has changed since it was read; get it again.',
  request_too_large: 'The request body is too large.',
  unsupported_media_type: 'The request body is of a type that is not understood; send JSON.',
  rate_limited: 'Too many requests; try again after the seconds in the Retry-After header.',
  unavailable:
    'The service cannot work now; try again after the seconds in the Retry-After header.',
  internal_error: 'The service failed; its log says why.',
  // Further ones of Quay, which this service never sends; clients of Quay may look them up all the same.
  expired_token: 'The token has expired.',
  exceeds_license: 'The license or the plan does not allow this.',
  invalid_response: 'Another service gave an answer that cannot be understood.',
  external_service_timeout: 'Another service did not answer in time; try again.',
  downstream_issue: 'A service behind this one failed.',
  tag_immutable: 'The tag can be neither changed nor deleted.',
  token_rotation_failed: 'The token could not be replaced by a new one.',
}
