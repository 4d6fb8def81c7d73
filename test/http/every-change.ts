import { ISSUER, startNamesakes } from '../access/namesakes.ts'
import type { Client } from '../helpers/api.ts'
import { PASSWORD } from '../helpers/service.ts'

// Changes of all kinds, and what they change. Each leaves those after it what they need.

/** Who calls, method, path and body, in which `{key}` is one of the texts that are known of what there is. */
export type Change = [
  caller: 'alice' | 'owner' | 'root',
  method: 'put' | 'post' | 'patch' | 'delete',
  path: string,
  body?: object,
]

export type Crowd = Awaited<ReturnType<typeof startCrowd>>

const OWN = '/api/v1/user'
const USERS = '/api/v1/superuser/users'
const HOOKS = '/api/v1/superuser/webhooks'
const HOOK = { url: 'https://hooks.example.com', events: ['robot.disabled'] }
/** Told of nothing here. */
const OF_ALL = { ...HOOK, events: ['robot.unused'] }

/** A stage on which any number of organizations and users have one of everything. */
export async function startCrowd() {
  const stage = await startNamesakes()
  const { alice, root } = stage
  const key = JSON.stringify(stage.jwks)
  return {
    ...stage,

    /** @returns takes a step of `CHANGES` */
    async make(name: string) {
      const organization = await stage.organization(name)
      const { path, robot } = organization
      await stage.people(`${name}_eve`)
      await stage.organization(`${name}_gone`)
      await alice.delete(`/api/v1/organization/${name}_gone`).expect(204)
      const { client: owner, known: own } = await stage.user(`${name}_dan`)
      await stage.token(`${name}_dan`, ['user:read'])
      const { tokens } = (await owner.get('/api/v1/user/tokens').expect(200)).body
      const { secrets } = (await alice.get(`${robot}/secrets`).expect(200)).body
      const hooks = `${path}/webhooks`
      const { id: hook } = (await alice.post(hooks, HOOK).expect(201)).body
      const { body: common } = await root.post(HOOKS, OF_ALL).expect(201)
      await root.put(`${OWN}/robots/${name}`).expect(200)
      await alice.patch(robot, { enabled: false }).expect(200)
      const { deliveries } = (await alice.get(`${hooks}/${hook}/deliveries`).expect(200)).body
      const clients: Record<Change[0], Client> = { alice, root, owner }
      const known: Record<string, string> = {
        ...organization,
        ...{ hook, delivery: deliveries[0].id, common: common.id, secret: secrets[0].id },
        ...{ own: own.robot, appToken: own.appToken },
        ...{ userToken: own.token, otherToken: tokens.at(-1).uuid },
      }
      const filled = (text: string) =>
        text.replace('"{jwks}"', key).replace(/\{(\w+)\}/g, (_, of: string) => `${known[of]}`)
      return ([caller, method, url, body]: Change) =>
        clients[caller][method](filled(url), body && JSON.parse(filled(JSON.stringify(body))))
    },
  }
}

const RECORD = { issuer: 'https://other.example.com', jwks: '{jwks}' }
const DETAILS = { name: 'other', redirect_uri: '', application_uri: '' }
const ENTRY = { issuer: ISSUER, subject: 'other' }
const TOKEN = { name: 'two', scope: 'org:admin' }

export const CHANGES: Change[] = [
  ['alice', 'post', '{path}/robots', { name: 'whole', permissions: { web: 'write' } }],
  ['alice', 'post', '{path}/robots', { name: 'job', federation: [ENTRY] }],
  ['alice', 'put', '{path}/robots/new', { description: 'new' }],
  ['alice', 'patch', '{robot}', { enabled: true, labels: { team: 'web' } }],
  ['alice', 'patch', '{robot}', { enabled: false, expires_at: '2100-01-01T00:00:00Z' }],
  ['alice', 'patch', '{robot}/secrets/{secret}', { expires_at: '2100-01-01T00:00:00Z' }],
  ['alice', 'post', '{robot}/regenerate?grace=1h'],
  ['alice', 'delete', '{robot}/secrets/{secret}'],
  ['alice', 'post', '{robot}/regenerate'],
  ['root', 'post', `${OWN}/robots/{name}/secrets`, { value: 'brought-from-elsewhere' }],
  ['alice', 'post', '{robot}/tokens', { name: 'a', scope: 'repo:read', expiration: 3600 }],
  ['alice', 'delete', '{robot}/tokens/{robotToken}'],
  ['alice', 'post', '{robot}/federation/entries', ENTRY],
  ['alice', 'patch', '{robot}/federation/entries/{entry}', { subject: 'changed' }],
  ['alice', 'delete', '{robot}/federation/entries/{entry}'],
  ['alice', 'post', '{robot}/federation', [{ issuer: ISSUER, subject: 'another' }]],
  ['alice', 'put', '{path}/robot-policy', { robots_max: 50 }],
  ['alice', 'put', '{path}/issuers/new', RECORD],
  ['alice', 'put', '{path}/issuers/cluster', RECORD],
  ['alice', 'post', '{path}/webhooks', HOOK],
  ['alice', 'patch', '{path}/webhooks/{hook}', { description: 'd' }],
  ['alice', 'post', '{path}/webhooks/{hook}/secret'],
  ['alice', 'post', '{path}/webhooks/{hook}/deliveries/{delivery}/redeliver'],
  ['root', 'post', HOOKS, OF_ALL],
  ['root', 'patch', `${HOOKS}/{common}`, { enabled: false }],
  ['alice', 'post', '{path}/applications', { name: 'new' }],
  ['alice', 'put', '{application}', DETAILS],
  ['alice', 'post', '{application}/resetclientsecret'],
  ['alice', 'post', '{application}/tokens', TOKEN],
  ['alice', 'delete', '{application}/tokens/{token}'],
  ['alice', 'put', '{path}', { email: 'acme@example.com' }],
  ['alice', 'put', '{path}/team/new', { role: 'member' }],
  ['alice', 'put', '{path}/team/devs', { role: 'creator', description: 'd' }],
  ['alice', 'put', '{path}/team/devs/members/carol'],
  ['alice', 'delete', '{path}/team/devs/members/{name}+ci'],
  ['alice', 'post', '{path}/prototypes', { role: 'read', delegate: { kind: 'team', name: 'new' } }],
  ['alice', 'put', '{path}/prototypes/{prototype}', { role: 'write' }],
  [
    'alice',
    'post',
    '/api/v1/repository',
    { namespace: '{name}', repository: 'new', visibility: 'private', description: '' },
  ],
  ['alice', 'put', '{repository}', { description: 'd' }],
  ['alice', 'post', '{repository}/changevisibility', { visibility: 'public' }],
  ['alice', 'put', '{repository}/permissions/user/alice', { role: 'read' }],
  ['alice', 'put', '{repository}/permissions/user/bob', { role: 'admin' }],
  ['alice', 'put', '{repository}/permissions/team/devs', { role: 'admin' }],
  ['alice', 'delete', '{repository}/permissions/user/alice'],
  ['alice', 'delete', '{repository}/permissions/team/devs'],
  ['alice', 'delete', '{path}/members/bob'],
  [
    'alice',
    'post',
    '{path}/access',
    {
      changes: [
        { repository: 'web', kind: 'user', name: 'alice', role: 'write' },
        { repository: 'web', kind: 'team', name: 'devs', role: 'read' },
      ],
    },
  ],
  ['alice', 'post', '{path}/robot-changes', { robots: ['new', 'job'], change: { enabled: false } }],
  ['alice', 'post', '{path}/robot-deletions', { robots: ['new', 'job'] }],
  ['root', 'post', `${USERS}/`, { username: '{name}_new' }],
  ['root', 'put', `${USERS}/{name}_eve`, { enabled: false, password: 'another-password' }],
  ['root', 'delete', `${USERS}/{name}_dan/tokens/{otherToken}`],
  ['root', 'delete', '/api/v1/superuser/retired-names/{name}_gone'],
  ['owner', 'post', `${OWN}/tokens`, TOKEN],
  ['owner', 'post', `${OWN}/apptoken`, { title: 'new' }],
  ['owner', 'delete', `${OWN}/apptoken/{appToken}`],
  ['owner', 'delete', `${OWN}/tokens/{userToken}`],
  ['owner', 'post', '/api/v1/organization/', { name: '{name}_own' }],
  ['owner', 'patch', '{own}?token=false', { description: 'd' }],
  ['owner', 'put', `${OWN}/robots/new`],
  ['owner', 'post', '{own}/regenerate'],
  ['owner', 'delete', '{own}/federation'],
  ['owner', 'delete', '{own}'],
  ['owner', 'put', `${OWN}/password`, { current: PASSWORD, new: 'another-password' }],
  ['alice', 'delete', '{path}/prototypes/{prototype}'],
  ['alice', 'delete', '{repository}'],
  ['alice', 'delete', '{path}/team/devs'],
  ['alice', 'delete', '{robot}'],
  ['alice', 'delete', '{path}/issuers/cluster'],
  ['alice', 'delete', '{path}/webhooks/{hook}'],
  ['alice', 'delete', '{application}'],
  ['root', 'delete', `${HOOKS}/{common}`],
  ['root', 'put', '/api/v1/superuser/organizations/{name}', { name: '{name}_renamed' }],
]

export const DELETIONS: Change[] = [
  ['root', 'delete', `${USERS}/{name}_eve`],
  ['alice', 'delete', '/api/v1/organization/{name}_renamed'],
]
