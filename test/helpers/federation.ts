import request from 'supertest'
import { IssuersSection } from '../../src/config/issuers-section.ts'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import { type FederationEntry, matchHash } from '../../src/domain/federation-entry.ts'
import { createRobotTokens } from '../../src/services/robots/robot-tokens.ts'
import { basic, bearer } from './api.ts'
import type { Issuer } from './issuer.ts'
import { robotRow } from './rows.ts'
import type { TestService } from './service.ts'
import type { SigningKey } from './signing.ts'

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

const SUBJECT = 'repo:acme/web'

/** Lets jobs of the issuer act as the robot (`owner+name`). @returns a robot token that one of them got */
export async function federate(
  { db, services, url }: TestService,
  fullName: string,
  { issuer, mint }: Issuer,
): Promise<string> {
  const { namespaceId: id, name } = await robotRow(db, fullName)
  const owner = { id, name: fullName.slice(0, fullName.indexOf('+')), robotPolicy: null }
  await services.federation.set(owner, name, [{ issuer, subject: SUBJECT }], {})
  const identityToken = await mint({ sub: SUBJECT })
  const { body } = await exchangeOf(url).basic(fullName, identityToken).expect(200)
  return body.token
}

/** What the robot gets for an identity token by its only entry, without asking the issuer. */
export async function robotTokenOf({ config, db, services }: TestService, fullName: string) {
  const { id, credentialId, expiresAt } = await robotRow(db, fullName)
  const entry = await db.federationEntry.findFirstOrThrow({ where: { robotId: id } })
  const robotTokens = createRobotTokens({
    signingKeys: services.signingKeys,
    clock: () => new Date(),
    newId: () => crypto.randomUUID(),
    issuer: config.tokenIssuer,
    audience: config.registryService,
    robotTokenTtl: 600,
  })
  return (
    await robotTokens.issue(
      { id, fullName, credentialId, expiresAt },
      { entry, identity: { subject: 'job' } },
      { scopes: undefined, apiScopes: [] },
    )
  ).token
}

/** Puts an entry there as it is, also one that is refused today. @returns its id */
export async function storeEntry(
  db: TestService['db'],
  fullName: string,
  {
    issuer_ref: issuerRef,
    ...entry
  }: Pick<FederationEntry, 'issuer' | 'issuer_ref' | 'subject' | 'audiences'>,
) {
  const { id: robotId } = await robotRow(db, fullName)
  const row = {
    ...entry,
    issuerRef: issuerRef ?? null,
    audiences: entry.audiences ?? [],
    id: crypto.randomUUID(),
    robotId,
  }
  const hash = matchHash(entry.issuer, entry.subject)
  await db.federationEntry.create({ data: { ...row, position: 0, matchHash: hash } })
  return row.id
}

/** Records by which the tokens of these issuers are those that are signed with the key. */
export const issuersWith = ({ publicJwk }: SigningKey, ...issuers: string[]) =>
  IssuersSection.parse(
    Object.fromEntries(
      issuers.map((issuer, index) => [`issuer-${index}`, { issuer, jwks: { keys: [publicJwk] } }]),
    ),
  )
