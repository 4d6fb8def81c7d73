import type { Db } from '../../db/types.ts'
import { ExchangeError, type ExchangeRefusal } from '../../domain/exchange-errors.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import { judge } from '../../domain/federation-verdict.ts'
import { IssuerFaultError } from '../../domain/issuer-fault.ts'
import { issuerRefs } from '../../domain/issuer-refs.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import type { Clock } from '../../domain/runtime.ts'
import { isGoodOnce, TOKEN_USED, tokenDigest } from '../../domain/used-identity.ts'
import type {
  ClaimedIdentity,
  IdentityTokenVerifier,
  VerifiedIdentity,
} from '../../oidc/identity-token.ts'
import { isIdentityTokenUsed } from '../../queries/used-identity-tokens.ts'
import type { LoginThrottle } from '../logins/login-throttle.ts'
import type { IdentityProof, Sender } from './identity-proof.ts'
import type { RecordOwner } from './issuer-trust.ts'

/** A token, or what one would claim. */
export type TestInput = { token: string } | { claims: Claims }

export type Claims = Record<string, unknown>
type Verdict = ReturnType<typeof judge<StoredEntry>>

/** What was sent, unproven. */
export interface Read {
  claimed: Pick<ClaimedIdentity, 'issuer' | 'subject' | 'audiences'>
  claims: Claims
  token?: ClaimedIdentity
}

/** What the entries say of a token, or of claims as if they were proven. */
export interface Finding {
  verdict: Verdict
  /** Name of the issuer record that is meant. */
  issuerRef: string | undefined
  /** Why it is refused before it is judged. */
  early?: ExchangeRefusal
  /** Why it is refused although an entry admits it. */
  late?: ExchangeRefusal | undefined
}

/** Whose entries are asked. */
interface Trust {
  owner: RecordOwner
  entries: StoredEntry[]
}

interface FederationFindingsDeps {
  db: Db
  clock: Clock
  policyOf: PolicyOf
  identityTokens: Pick<IdentityTokenVerifier, 'read' | 'readClaims'>
  proof: IdentityProof
  throttle: Pick<LoginThrottle, 'wrongToken'>
}

export type FederationFindings = ReturnType<typeof createFederationFindings>

/** Finds what the entries of a robot say of who is to be tried. Nothing is taken or stored. */
export function createFederationFindings(deps: FederationFindingsDeps) {
  /** Proves a token as the exchange does. Whoever sends many that are refused is slowed down, too. */
  async function prove(
    claimed: ClaimedIdentity,
    trust: Trust,
    asker: Sender,
  ): Promise<VerifiedIdentity | ExchangeRefusal> {
    try {
      return await deps.proof.prove(claimed, trust, asker)
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      if (!(error instanceof IssuerFaultError)) deps.throttle.wrongToken(asker.account, asker)
      return { code: error.outcome, message: error.message }
    }
  }

  /** Whether a token that is good for one robot token has bought it. */
  async function usedRefusal(identity: VerifiedIdentity, entry: StoredEntry) {
    if (!isGoodOnce(entry, identity)) return undefined
    const digest = tokenDigest(identity)
    const isUsed = await isIdentityTokenUsed(deps.db, digest)
    return isUsed ? TOKEN_USED : undefined
  }

  /** Judges claims as if the first issuer record had proven them by which an entry admits them, else the first one. */
  function ofClaims({ claimed, claims }: Read, { owner, entries }: Trust): Finding {
    const policy = deps.policyOf(owner)
    const identity = { ...claimed, subject: claimed.subject ?? '', claims }
    const findings = issuerRefs(entries, claimed.issuer).map((issuerRef) => ({
      issuerRef,
      verdict: judge(entries, { ...identity, issuerRef }, deps.clock(), policy),
    }))
    return (
      findings.find(({ verdict }) => 'entry' in verdict) ??
      findings[0] ?? {
        issuerRef: undefined,
        verdict: judge(entries, identity, deps.clock(), policy),
      }
    )
  }

  /** Of a token that does not prove what it claims, the claims are judged all the same. */
  async function ofToken(token: ClaimedIdentity, trust: Trust, asker: Sender): Promise<Finding> {
    const { owner, entries } = trust
    const proof = await prove(token, trust, asker)
    if ('code' in proof) {
      return { ...ofClaims({ claimed: token, claims: token.jws.claims }, trust), early: proof }
    }
    const verdict = judge(entries, proof, deps.clock(), deps.policyOf(owner))
    const late = 'entry' in verdict ? await usedRefusal(proof, verdict.entry) : undefined
    return { verdict, issuerRef: proof.issuerRef, late }
  }

  return {
    read(input: TestInput): Read | { problem: string } {
      if ('token' in input) {
        const token = deps.identityTokens.read(input.token)
        return 'problem' in token ? token : { claimed: token, claims: token.jws.claims, token }
      }
      const claimed = deps.identityTokens.readClaims(input.claims)
      return 'problem' in claimed ? claimed : { claimed, claims: input.claims }
    },

    /** @throws {ServiceError} `rate_limited` */
    find: async (read: Read, trust: Trust, asker: Sender): Promise<Finding> =>
      read.token ? ofToken(read.token, trust, asker) : ofClaims(read, trust),
  }
}
