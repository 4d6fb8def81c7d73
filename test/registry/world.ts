import { parseAllowedHosts } from '../../src/domain/issuer-address.ts'
import { type Api, basic } from '../helpers/api.ts'
import type { HostileIssuer } from '../helpers/issuer.ts'
import type { TestService } from '../helpers/service.ts'

/** For a service whose robots are federated with issuers of the test. */
export const ALLOWED_HOSTS = parseAllowedHosts(['127.0.0.1'])

/** The organization acme of alice, and bob, who is in none of its teams. */
export async function createAcme(service: TestService): Promise<void> {
  await service.createUser('alice')
  await service.createUser('bob')
  await service.createOrganization('acme', 'alice')
}

/** Creates a robot of acme. @returns its static token */
export async function createRobot(api: Api, token: string, name: string): Promise<string> {
  const answer = await api.as(token).put(`/api/v1/organization/acme/robots/${name}`, {})
  if (answer.status !== 201) throw new Error(`robot ${name}: ${answer.text}`)
  return answer.body.token
}

export async function regenerateRobot(api: Api, token: string, name: string): Promise<string> {
  const answer = await api.as(token).post(`/api/v1/organization/acme/robots/${name}/regenerate`)
  if (answer.status !== 201) throw new Error(`regenerate ${name}: ${answer.text}`)
  return answer.body.token
}

const SUBJECT = 'repo:acme/web'

/** Lets an identity of the issuer act as the robot. @returns a short-lived token for it */
export async function federate(
  api: Api,
  token: string,
  name: string,
  { issuer, mint }: HostileIssuer,
): Promise<string> {
  const path = `/api/v1/organization/acme/robots/${name}/federation`
  await api
    .as(token)
    .post(path, [{ issuer, subject: SUBJECT }])
    .expect(201)
  const identity = basic(`acme+${name}`, await mint({ sub: SUBJECT }))
  const answer = await api.call('get', '/oauth2/federation/robot/token').set(identity).expect(200)
  return answer.body.token
}
