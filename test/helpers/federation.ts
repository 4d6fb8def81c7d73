import request from 'supertest'
import type { FederationIdentity } from '../../src/domain/federation-config.ts'
import { parseAllowedHosts } from '../../src/domain/issuer-address.ts'
import { basic, bearer } from './api.ts'
import { namespaceId } from './rows.ts'
import type { TestService } from './service.ts'

/** Lets the service ask issuers on loopback. */
export const LOOPBACK = { oidcAllowedHosts: parseAllowedHosts(['127.0.0.1']) }

/** Asks for a robot token in both ways. */
export const exchangeOf = (url: string) => {
  const call = (headers: Record<string, string>, robot?: string) => {
    const query = robot === undefined ? {} : { robot }
    return request(url).get('/oauth2/federation/robot/token').set(headers).query(query)
  }
  return {
    call,
    basic: (robot: string, identityToken: string) => call(basic(robot, identityToken)),
    bearer: (identityToken: string, robot?: string) => call(bearer(identityToken), robot),
  }
}

type Entry = Pick<FederationIdentity, 'issuer' | 'subject'> & { audiences?: string[] }

/** Creates a robot (`owner+name`) with a federation configuration; gives its static token. */
export async function addFederatedRobot(
  { services, db }: Pick<TestService, 'services' | 'db'>,
  fullName: string,
  entries: Entry[],
): Promise<string> {
  const [name = '', shortName = ''] = fullName.split('+')
  const owner = { id: await namespaceId(db, name), name }
  const robot = await services.robots.create(owner, shortName, {}, {})
  const identities = entries.map((entry) => ({ audiences: [], ...entry }))
  await services.federation.set(owner, shortName, identities, {})
  return robot.token
}
