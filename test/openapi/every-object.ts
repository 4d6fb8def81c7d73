import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { Stage } from '../helpers/stage.ts'

export type EveryObject = Awaited<ReturnType<typeof makeEveryObject>>

/** An object of every kind that a path can name, and names of none. */
export async function makeEveryObject(stage: Stage) {
  await stage.superusers('root')
  await stage.people('bob')
  const { post, put } = await stage.client('root', 'org:admin', 'user:admin', 'repo:create')

  async function makeOrganization(name: string) {
    await stage.organization(name, 'root')
    await stage.team(name, { name: 'admins', role: 'admin', members: ['bob'] })
  }
  const makeRepository = (repository: string, visibility = 'private') =>
    post('/api/v1/repository', {
      namespace: 'acme',
      repository,
      visibility,
      description: '',
    }).expect(201)

  await makeOrganization('acme')
  await makeOrganization('doomed')
  await makeRepository('team/web')
  await makeRepository('open/web', 'public')
  await makeRepository('doomed')
  await put('/api/v1/user/robots/deployer').expect(/deployer/)
  const acme = '/api/v1/organization/acme'
  const { body: robot } = await put(`${acme}/robots/deployer`).expect(201)
  const delegate = { kind: 'user', name: 'bob' }
  // It hands on a role in repositories, which the token above does not reach.
  const giver = await stage.client('root', 'org:admin', 'repo:read')
  const { body: prototype } = await giver
    .post(`${acme}/prototypes`, { role: 'read', delegate })
    .expect(200)
  const { body: application } = await post(`${acme}/applications`, {
    name: 'ci',
    scopes: ['org:admin'],
  }).expect(200)
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'first' }
  await put(`${acme}/issuers/cluster`, {
    issuer: 'https://issuer.example.com',
    jwks: { keys: [key] },
  }).expect(200)
  const { body: appToken } = await post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)

  const existing: Record<string, string> = {
    orgname: 'acme',
    repository: 'acme/team/web',
    robot_shortname: 'deployer',
    name: 'cluster',
    teamname: 'admins',
    membername: 'bob',
    username: 'bob',
    prototypeid: prototype.id,
    client_id: application.client_id,
    token_uuid: appToken.token.uuid,
    prefix: 'bo',
    error_type: 'not_found',
  }
  /** What a change without a body could hit, and a deletion must not. */
  const absent: Record<string, string> = {
    name: 'nowhere',
    robot_shortname: 'no_such_robot',
    teamname: 'nobodies',
    membername: 'nobody',
    username: 'nobody',
    prototypeid: randomUUID(),
    client_id: 'NOSUCHCLIENT',
    token_uuid: randomUUID(),
  }

  /** Where the guard must find the object itself, deletions get one of their own, made again each time. */
  const doomed: Record<string, { names: object; restore: () => Promise<unknown> }> = {
    deleteAdminedOrganization: {
      names: { orgname: 'doomed' },
      restore: () => makeOrganization('doomed'),
    },
    deleteRepository: {
      names: { repository: 'acme/doomed' },
      restore: async () => makeRepository('doomed'),
    },
  }

  return {
    existing,
    absent,
    doomed,
    application: { id: application.client_id, secret: application.client_secret },
    robot: { name: robot.name, token: robot.token },
    appToken: appToken.token.token_code,
  }
}
