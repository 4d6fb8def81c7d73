import { networkOf } from '../../domain/client-networks.ts'
import { ServiceError } from '../../domain/errors.ts'
import { exchangeRefused } from '../../domain/exchange-errors.ts'
import { issuerRefusal } from '../../domain/federation-verdict.ts'
import { issuerRefs, type NamedIssuer } from '../../domain/issuer-refs.ts'
import type {
  ClaimedIdentity,
  IdentityTokenVerifier,
  VerifiedIdentity,
} from '../../oidc/identity-token.ts'
import type { Guess, LoginThrottle } from '../logins/login-throttle.ts'
import type { IssuerTrust, RecordOwner } from './issuer-trust.ts'

/** Who sends an identity token, and the account under which the wrong ones that they send are counted. */
export interface Sender extends Guess {
  account: string
}

interface IdentityProofDeps {
  identityTokens: IdentityTokenVerifier
  issuerTrust: IssuerTrust
  throttle: Pick<LoginThrottle, 'tokenRefusal'>
}

/** What could be read of a token, unproven, or what is wrong with it. */
export type ReadToken = ReturnType<IdentityTokenVerifier['read']>

export type IdentityProof = ReturnType<typeof createIdentityProof>

/** Proves whom an identity token is about, by keys that entries trust. What they admit it to is not asked here. */
export function createIdentityProof({ identityTokens, issuerTrust, throttle }: IdentityProofDeps) {
  return {
    read: identityTokens.read,

    /**
     * Proves a token by the first of the issuer records in these entries that has its key. For who has
     * sent too many wrong tokens, no issuer is asked.
     *
     * @param owner whose records the entries mean, before the operator's
     * @throws {ServiceError} `exchange_refused`, where several records fail with what the first of them says;
     *   `rate_limited`; `unavailable` where the issuer cannot be asked
     */
    async prove(
      token: ReadToken,
      { owner, entries }: { owner: RecordOwner; entries: readonly NamedIssuer[] },
      { account, origin }: Sender,
    ): Promise<VerifiedIdentity> {
      const claimed = claimedBy(token)
      const { issuer } = claimed
      const refs = issuerRefs(entries, issuer)
      const refusal = refs.length === 0 && issuerRefusal(entries, claimed)
      if (refusal) throw exchangeRefused(refusal.message, refusal.code)
      const sourceOf = await issuerTrust.findSources(owner, refs)
      const tooMany = () => throttle.tokenRefusal(account, origin)
      let failure: unknown
      for (const issuerRef of refs) {
        try {
          const source = sourceOf({ issuer, issuer_ref: issuerRef })
          const proven = identityTokens.verify(claimed, source, networkOf(origin.ip), tooMany)
          return { ...(await proven), issuerRef, recordRevision: source.revision }
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error
          failure ??= error
        }
      }
      throw failure
    },
  }
}

/**
 * What a token claims, unproven.
 *
 * @throws {ServiceError} `exchange_refused`
 */
export function claimedBy(token: ReadToken): ClaimedIdentity {
  if ('problem' in token) throw exchangeRefused(token.problem)
  return token
}
