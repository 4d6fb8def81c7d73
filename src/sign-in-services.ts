import type { CommonServices } from './common-services.ts'
import { allowedByEither, parseAllowedHosts } from './domain/allowed-hosts.ts'
import { createAddressPolicy } from './domain/issuer-address-policy.ts'
import { createGuardedRequests } from './oidc/guarded-requests.ts'
import type { IssuerRoute } from './oidc/issuer-sources.ts'
import type { IssuerNetwork } from './oidc/oidc-services.ts'
import { createSignInClient } from './oidc/sign-in-client.ts'
import type { TeamMemberService } from './services/accounts/team-members.ts'
import type { UserService } from './services/accounts/users.ts'
import type { Sessions } from './services/logins/sessions.ts'
import { createGroupMembers } from './services/sign-in/group-members.ts'
import { createLinkedUsers } from './services/sign-in/linked-users.ts'
import { createProviderLogin, type Provider } from './services/sign-in/provider-login.ts'

/** Longest time for one question to a provider (ms). */
const TIMEOUT = 5_000

interface SignInDeps {
  users: UserService
  teamMembers: TeamMemberService
  sessions: Sessions
  network: IssuerNetwork
}

/** Puts together how people sign in by OpenID providers. */
export function createSignInServices(
  common: CommonServices,
  { users, teamMembers, sessions, network }: SignInDeps,
) {
  const allowedAlways = common.oidcAllowedHosts ?? parseAllowedHosts([])
  const connections = common.signIn.providers.map(({ route, rules, title, ...provider }) => {
    const { ca, proxy, allowed = parseAllowedHosts([]) }: IssuerRoute = route
    const hosts = allowedByEither(allowedAlways, allowed)
    const addressPolicy = createAddressPolicy(hosts, common.oidcNat64Prefixes)
    const requests = createGuardedRequests({
      timeoutMs: TIMEOUT,
      ...network,
      ca,
      proxy,
      addressPolicy,
    })
    const redirectUri = `${common.publicUrl}/api/v1/session/oidc/${provider.name}/callback`
    const { requiredAcr } = rules
    const client = createSignInClient({
      ...provider,
      name: title,
      requiredAcr,
      redirectUri,
      requests,
      clock: common.clock,
    })
    return { requests, provider: { ...provider, title, rules, client } satisfies Provider }
  })
  const linkedUsers = createLinkedUsers({ ...common, users })
  return {
    linkedUsers,
    providerLogin: createProviderLogin({
      ...common,
      sessions,
      linkedUsers,
      groupMembers: createGroupMembers({ ...common, teamMembers }),
      providers: connections.map(({ provider }) => provider),
    }),
    async close() {
      await Promise.all(connections.map(({ requests }) => requests.close()))
    },
  }
}
