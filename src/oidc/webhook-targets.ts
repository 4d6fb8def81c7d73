import { type AllowedHosts, parseAllowedHosts } from '../domain/allowed-hosts.ts'
import { createAddressPolicy } from '../domain/issuer-address-policy.ts'
import type { Nat64Prefix } from '../domain/nat64.ts'
import { LONGEST_ATTEMPT } from '../domain/webhook-attempts.ts'
import { createGuardedRequests, type GuardedNetwork } from './guarded-requests.ts'

export type WebhookNetwork = Partial<Pick<GuardedNetwork, 'lookup' | 'timeoutMs'>>

interface WebhookTargetsOptions {
  /** What the operator says of all targets. */
  webhooks: {
    ca?: string | undefined
    proxy?: string | undefined
    allowed?: AllowedHosts | undefined
  }
  oidcNat64Prefixes: readonly Nat64Prefix[]
  network: WebhookNetwork
}

export type WebhookTargets = ReturnType<typeof createWebhookTargets>

/** Posts to where owners of webhooks point, guarded as issuers are. */
export function createWebhookTargets(options: WebhookTargetsOptions) {
  const { allowed = parseAllowedHosts([]), ...route } = options.webhooks
  const addressPolicy = createAddressPolicy(allowed, options.oidcNat64Prefixes)
  const requests = createGuardedRequests({
    timeoutMs: LONGEST_ATTEMPT,
    ...options.network,
    ...route,
    addressPolicy,
  })

  return {
    /** Why nothing may be posted there, as far as the URL tells; undefined if it may. */
    refusalOf: addressPolicy.refusalOf,

    /**
     * Posts JSON, and follows no redirect. The answer's body is nobody's concern.
     *
     * @returns the status of the answer
     * @throws {IssuerError}
     */
    post: (url: string, headers: Record<string, string>, body: string): Promise<number> =>
      requests.run(async (send) => {
        const answer = await send(new URL(url), { method: 'POST', headers, body })
        answer.body.on('error', () => {}).destroy()
        return answer.statusCode
      }),

    close: requests.close,
  }
}
