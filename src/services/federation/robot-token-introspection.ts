import type { Db } from '../../db/types.ts'
import type { Actor, Origin } from '../../domain/actor.ts'
import type { BasicCredentials } from '../../domain/basic-credentials.ts'
import { ServiceError } from '../../domain/errors.ts'
import { robotFullName } from '../../domain/names.ts'
import type { ScopeAlternatives } from '../../domain/scopes.ts'
import type { Standing } from '../../queries/memberships.ts'
import { findTokenRobot, type TokenRobot } from '../../queries/robot-token-logins.ts'
import type { NamespaceAccess } from '../access/namespace-access.ts'
import type { ApiTokenService } from '../applications/api-tokens.ts'
import type { RegistryLogin } from '../registry/registry-login.ts'
import type { RobotAuthentication } from '../robots/robot-authentication.ts'
import type { RobotTokenClaims, RobotTokens } from '../robots/robot-tokens.ts'

/** Who may see a robot's static token may ask about its other tokens. */
const SCOPES: ScopeAlternatives = [['org:admin'], ['super:user']]

/** Who asks: an administrator of robots, or a robot about itself. */
export type Asker = { actor: Actor } | { robotId: string }

interface RobotTokenIntrospectionDeps {
  db: Db
  apiTokens: ApiTokenService
  registryLogin: RegistryLogin
  robotTokens: RobotTokens
  robotAuthentication: RobotAuthentication
  namespaceAccess: NamespaceAccess
}

export type RobotTokenIntrospection = ReturnType<typeof createRobotTokenIntrospection>

const invalidClient = (message = 'Only robot accounts may ask with a name and a password') =>
  new ServiceError('oauth_invalid_client', message)

/** Tells programs that cannot know of revocations whether a robot token is good (RFC 7662). */
export function createRobotTokenIntrospection(deps: RobotTokenIntrospectionDeps) {
  async function mayAsk(
    asker: Asker,
    robot: TokenRobot & { standing: Standing },
  ): Promise<boolean> {
    if ('robotId' in asker) return asker.robotId === robot.id
    const access = { role: 'admin', scopes: SCOPES, ownName: 'accepted' } as const
    try {
      const { ownerName, standing } = robot
      await deps.namespaceAccess.toOrganization(asker.actor, ownerName, access, standing)
      return true
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'insufficient_scope') return false
      throw error
    }
  }

  return {
    /** @throws {ServiceError} `invalid_token`, `rate_limited` */
    async actorAsker(apiToken: string, origin: Origin): Promise<Asker> {
      const check = await deps.apiTokens.check(apiToken, { origin })
      if ('problem' in check) throw new ServiceError('invalid_token', check.problem)
      return { actor: check.actor }
    },

    /** @throws {ServiceError} `oauth_invalid_client`, `rate_limited` */
    async robotAsker(credentials: BasicCredentials, origin: Origin): Promise<Asker> {
      if (!credentials.username.includes('+')) throw invalidClient()
      try {
        const { principal } = await deps.registryLogin.authenticate(credentials, origin)
        if (principal.kind === 'robot') return { robotId: principal.id }
      } catch (error) {
        if (!(error instanceof ServiceError && error.code === 'registry_unauthorized')) throw error
        throw invalidClient(error.message)
      }
      throw invalidClient()
    },

    /**
     * The claims of a robot token that is good now, under the name that its robot has now and with what it reaches at most;
     * undefined for any other, and for one that is not the asker's business (RFC 7662 §2.2).
     */
    async introspect(token: string, asker: Asker): Promise<RobotTokenClaims | undefined> {
      const claims = await deps.robotTokens.verify(token)
      const actor = 'actor' in asker ? asker.actor : undefined
      const robot =
        claims && (await findTokenRobot(deps.db, deps.robotTokens.boundTo(claims), actor))
      if (!robot || !(await mayAsk(asker, robot))) return undefined
      const fullName = robotFullName(robot.ownerName, robot.name)
      const check = await deps.robotAuthentication.checkVerified(robot, fullName, claims)
      if ('problem' in check) return undefined
      return { ...claims, sub: fullName, registry_scopes: check.reach }
    },
  }
}
