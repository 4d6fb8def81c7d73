// How much the clocks of this service, of other servers, of issuers and of registries may differ.

/** An identity token is good so long before its `nbf` and `iat`, and beyond its `exp` (seconds). */
export const IDENTITY_TOKEN_LEEWAY = 30

/** Until so long beyond its end it is known that an identity token was used (ms): it may be taken for good until then. */
export const USED_TOKEN_GRACE_MS = 60_000

/** A robot token is good so long before its `nbf` (seconds): the server that issued it may have a clock that is ahead. */
export const ROBOT_TOKEN_LEEWAY = 30

/** A retired signing key stays published so much longer (seconds), with the time that a rotation takes to commit. */
export const SIGNING_KEY_LEEWAY = 60

/** A certificate begins so long before what it certifies was made (ms), for registries whose clock is behind. */
export const CERTIFICATE_BACKDATE_MS = 86_400_000
