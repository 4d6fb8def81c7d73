import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { NIL_ID } from '../../src/domain/ids.ts'
import type { Stage } from '../helpers/stage.ts'

export type EveryObject = Awaited<ReturnType<typeof makeEveryObject>>

/** An object of every kind that a path can name, and names of none. */
export async function makeEveryObject(stage: Stage) {
  await stage.superusers('root')
  await stage.people('bob')
  const { get, post, put } = await stage.client('root', 'org:admin', 'user:admin', 'repo:create')

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
  const entry = { issuer: 'https://issuer.example.com', issuer_ref: 'cluster', subject: 'build' }
  const entries = `${acme}/robots/deployer/federation/entries`
  const { body: federationEntry } = await post(entries, entry).expect(201)
  const { body: ownEntry } = await post('/api/v1/user/robots/deployer/federation/entries', {
    issuer: 'https://issuer.example.com',
    subject: 'build',
  }).expect(201)
  const webhook = { url: 'https://hooks.example.com', events: ['secret.revealed'] }
  const { body: ownWebhook } = await post(`${acme}/webhooks`, webhook).expect(201)
  const superuser = await stage.client('root', 'super:user')
  const webhooks = '/api/v1/superuser/webhooks'
  const { body: installationWebhook } = await superuser.post(webhooks, webhook).expect(201)
  // Both are told of it.
  await get(`${acme}/robots/deployer`).expect(200)
  const { body: told } = await get(`${acme}/webhooks/${ownWebhook.id}/deliveries`).expect(200)
  const { body: held } = await get(`${acme}/robots/deployer/secrets`).expect(200)
  const { body: ownHeld } = await get('/api/v1/user/robots/deployer/secrets').expect(200)
  const { body: appToken } = await post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)

  const existing: Record<string, string> = {
    orgname: 'acme',
    repository: 'acme/team/web',
    robot_shortname: 'deployer',
    name: 'cluster',
    entry_id: federationEntry.id,
    secret_id: held.secrets[0].id,
    teamname: 'admins',
    membername: 'bob',
    username: 'bob',
    prototypeid: prototype.id,
    client_id: application.client_id,
    token_uuid: appToken.token.uuid,
    webhook_id: ownWebhook.id,
    delivery_id: told.deliveries[0].id,
    session_id: NIL_ID,
    provider: 'corp',
    prefix: 'bo',
    error_type: 'not_found',
    template: 'github',
  }
  /** What a change without a body could hit, and a deletion must not. */
  const absent: Record<string, string> = {
    name: 'nowhere',
    entry_id: randomUUID(),
    secret_id: randomUUID(),
    robot_shortname: 'no_such_robot',
    teamname: 'nobodies',
    membername: 'nobody',
    username: 'nobody',
    prototypeid: randomUUID(),
    client_id: 'NOSUCHCLIENT',
    token_uuid: randomUUID(),
    webhook_id: randomUUID(),
    delivery_id: randomUUID(),
    session_id: randomUUID(),
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
    /** What a path may name: some objects belong to `root`, or to the installation, where it says so. */
    existingIn(path: string): Record<string, string> {
      if (path.startsWith('/api/v1/user/'))
        return { ...existing, entry_id: ownEntry.id, secret_id: ownHeld.secrets[0].id }
      if (path.startsWith('/api/v1/superuser/'))
        return { ...existing, webhook_id: installationWebhook.id }
      return existing
    },
    absent,
    doomed,
    application: { id: application.client_id, secret: application.client_secret },
    robot: { name: robot.name, token: robot.token },
    appToken: appToken.token.token_code,
  }
}
