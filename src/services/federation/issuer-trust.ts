import { invalidRequest } from '../../domain/errors.ts'
import type { FederationEntry } from '../../domain/federation-entry.ts'
import type { AddressPolicy } from '../../domain/issuer-address.ts'
import { IssuerFaultError } from '../../domain/issuer-fault.ts'
import { isTrusted, type TrustedIssuers } from '../../domain/trusted-issuers.ts'
import type { IssuerSource, IssuerSources } from '../../oidc/issuer-sources.ts'

interface IssuerTrustDeps {
  issuerSources: IssuerSources
  /** For issuers without a record. */
  issuerAddresses: AddressPolicy
  policy: { trustedIssuers: TrustedIssuers }
}

export type IssuerTrust = ReturnType<typeof createIssuerTrust>

type NamedIssuer = Pick<FederationEntry, 'issuer'>

/** Where the keys for an entry come from, as far as its issuer may be trusted at all. */
export function createIssuerTrust({ issuerSources, issuerAddresses, policy }: IssuerTrustDeps) {
  /** Why the issuer may not be trusted; undefined if it may. */
  const refusalOf = ({ issuer, listedBy }: IssuerSource): string | undefined =>
    isTrusted(listedBy, { installation: policy.trustedIssuers })
      ? undefined
      : `Issuer '${issuer}' is not one of those that may be trusted here (policy.trusted_issuers)`

  return {
    /** @throws {ServiceError} `exchange_refused` where the issuer may not be trusted */
    sourceOf({ issuer }: NamedIssuer): IssuerSource {
      const source = issuerSources.of(issuer)
      const refusal = refusalOf(source)
      if (refusal !== undefined) throw new IssuerFaultError('not_listed', refusal)
      return source
    },

    /** Why the address that an issuer has, which is a URL, may not be asked, as far as it is known without asking DNS. */
    addressRefusal: (issuer: string): string | undefined =>
      issuerSources.of(issuer).listedBy === undefined
        ? issuerAddresses.refusalOfHost(new URL(issuer))
        : undefined,

    /**
     * For entries that are about to be stored.
     *
     * @throws {ServiceError} `invalid_request`
     */
    assertTrusted(entries: readonly NamedIssuer[]) {
      for (const { issuer } of entries) {
        const refusal = refusalOf(issuerSources.of(issuer))
        if (refusal !== undefined) throw invalidRequest(refusal)
      }
    },
  }
}
