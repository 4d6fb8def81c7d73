import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { SAME_ORIGIN } from '../helpers/browser.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { listenOnLoopback } from '../helpers/loopback-server.ts'
import { PASSWORD, type ServiceOptions } from '../helpers/service.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { CLIENT, startPeopleProvider } from './provider.ts'
import { createTraveller, type Traveller } from './traveller.ts'

type Config = NonNullable<ServiceOptions['config']>
type Providers = NonNullable<Config['signIn']>['providers']

const RULES: Providers[number]['rules'] = {
  allow: undefined,
  createUsers: true,
  usernameClaim: 'preferred_username',
  groupsClaim: 'groups',
  superuserGroups: ['admins'],
  teams: [
    { group: 'platform', organization: 'acme', team: 'builders' },
    { group: 'makers', organization: 'acme', team: 'builders' },
    { group: 'platform', organization: 'acme', team: 'gone' },
    { group: 'leads', organization: 'lonely', team: 'owners' },
    { group: 'guests', organization: 'globex', team: 'guests' },
    { group: 'interns', organization: 'initech', team: 'guests' },
  ],
  requiredAcr: undefined,
  requiredAmr: undefined,
}

const time = createShiftedClock()
let corp: Awaited<ReturnType<typeof startPeopleProvider>>
let other: Awaited<ReturnType<typeof startPeopleProvider>>
let stage: Stage
let traveller: Traveller

const provider = (
  name: string,
  { issuer }: { issuer: string },
  rules: Partial<typeof RULES> = {},
): Providers[number] => ({
  ...{ name, title: name.toUpperCase(), issuer },
  ...{ clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['openid', 'profile', 'email'] },
  route: { ca: undefined, allowed: undefined },
  rules: { ...RULES, ...rules },
})

const signInBy = (...providers: Providers): NonNullable<Config['signIn']> => ({
  passwords: 'all',
  providers,
})

beforeAll(async () => {
  corp = await startPeopleProvider()
  other = await startPeopleProvider()
  const providers = [
    provider('corp', corp),
    provider('other', other, { createUsers: false, superuserGroups: undefined, teams: [] }),
    provider('strict', corp, { requiredAcr: ['mfa'], requiredAmr: ['otp', 'pwd'] }),
    provider('few', corp, { allow: [{ groups: 'platform', email: { glob: '*@example.com' } }] }),
  ]
  const config = { ...LOOPBACK, signIn: signInBy(...providers) }
  stage = await startStage({ config, surroundings: { clock: time.clock } })
  const uris = providers.map(({ name }) => `${stage.url}/api/v1/session/oidc/${name}/callback`)
  for (const each of [corp, other]) each.serve(uris)
  await stage.people('alice')
  await stage.organization('acme')
  await stage.team('acme', { name: 'builders', role: 'creator', members: [] })
})
beforeEach(() => {
  traveller = createTraveller()
})
afterAll(async () => {
  await stage.close()
  await corp.close()
  await other.close()
})

const startOf = (name: string, query = '') => `${stage.url}/api/v1/session/oidc/${name}${query}`
/** Where the console is reached, after the sign-in. */
const isConsole = (url: string) => url.startsWith(stage.url) && !url.startsWith(`${stage.url}/api/`)
const isCallback = (url: string) => url.includes('/callback?')

const signIn = (name: string, query?: string, by = traveller) =>
  by.travel(startOf(name, query), isConsole)

/** As a page of the service with the cookies of the browser. */
async function sessionOf(by = traveller) {
  const { 'quay-robots-session': secret = '' } = by.cookies(stage.url)
  const cookie = `quay-robots-session=${secret}`
  const { body } = await request(stage.url)
    .get('/api/v1/session')
    .set({ ...SAME_ORIGIN, cookie })
  const held = { ...SAME_ORIGIN, cookie, 'x-csrf-token': body.session?.csrf_token ?? '' }
  return { session: body.session, held }
}

const membersOf = async (team: string) =>
  (
    await stage.db.teamMember.findMany({
      where: { team: { name: team } },
      select: { user: { select: { name: true } } },
    })
  ).map(({ user }) => user?.name)

/** What a person reads who is refused. */
const refusal = (answer: { status: number; text: string }) => [
  answer.status,
  /<p>(.*?)\.<\/p>/.exec(answer.text)?.[1]?.replaceAll('&#34;', '"'),
]

describe('a sign-in by a provider', () => {
  it('makes a user at the first time, and a session of that user each time', async () => {
    corp.people.set('s-1', {
      ...{ preferred_username: 'carol', groups: ['platform'] },
      ...{ email: 'carol@example.com', email_verified: true },
    })
    corp.seat('s-1')
    const arrived = await signIn('corp', '?return_to=/orgs/acme')
    expect(arrived.at).toBe(`${stage.url}/orgs/acme`)
    const { session } = await sessionOf()
    expect(session).toMatchObject({
      user: { username: 'carol', superuser: false },
      means: 'oidc',
      provider: 'corp',
    })
    expect(await membersOf('builders')).toEqual(['carol'])
    const again = createTraveller()
    await signIn('corp', '', again)
    expect((await sessionOf(again)).session.user.username).toBe('carol')
    expect(await stage.db.externalLogin.count({ where: { user: { name: 'carol' } } })).toBe(1)
    await stage.services.settled()
    const entries = await stage.db.auditEntry.findMany({ orderBy: { id: 'desc' } })
    const found = (kind: string) => entries.find((entry) => entry.kind === kind)
    expect(found('user_create')).toMatchObject({ ip: '127.0.0.1' })
    expect(found('link_user')).toMatchObject({
      ...{ namespaceName: 'carol', ip: '127.0.0.1' },
      metadata: { username: 'carol', issuer: corp.issuer, subject: 's-1' },
    })
    const byCarol = { performerName: 'carol', ip: '127.0.0.1' }
    expect(found('org_add_team_member')).toMatchObject({ namespaceName: 'acme', ...byCarol })
    expect(found('login_success')).toMatchObject({
      ...{ namespaceName: 'carol', ...byCarol },
      metadata: { provider: 'corp', type: 'session' },
    })
  })

  it('makes one user of one person in several tabs at once, and of several of a name or address the first', async () => {
    const atOnce = async (...subjects: string[]) => {
      const tabs = []
      for (const subject of subjects) {
        corp.seat(subject)
        const tab = createTraveller()
        tabs.push({ tab, ...(await tab.travel(startOf('corp'), isCallback)) })
      }
      const answers = await Promise.all(tabs.map(({ tab, at }) => tab.visit(at)))
      return answers.sort((one, other) => one.status - other.status)
    }
    corp.people.set('s-20', { preferred_username: 'tabitha' })
    const tabs = await atOnce(...Array<string>(12).fill('s-20'))
    expect(new Set(tabs.map(({ status }) => status))).toEqual(new Set([302]))
    expect(await stage.db.externalLogin.count({ where: { user: { name: 'tabitha' } } })).toBe(1)

    for (const subject of ['s-21', 's-22']) {
      corp.people.set(subject, { preferred_username: 'twin' })
    }
    const [first, second] = await atOnce('s-21', 's-22')
    expect([first?.status, second && refusal(second)]).toEqual([
      302,
      [
        401,
        'CORP calls you "twin", and there is an account of this name already, which is not linked with you: ask the ' +
          'operator to link it (user link), where it is yours',
      ],
    ])

    for (const name of ['left', 'right']) {
      const email = { email: 'both@example.com', email_verified: true }
      corp.people.set(`s-${name}`, { preferred_username: name, ...email })
    }
    const both = await atOnce('s-left', 's-right')
    expect(both.map(({ status }) => status)).toEqual([302, 302])
    const users = await stage.db.namespace.findMany({ where: { name: { in: ['left', 'right'] } } })
    expect(users.map(({ email }) => email).sort()).toEqual(['both@example.com', null])
  })

  it('reads groups again each time: teams are left, superusers come and go', async () => {
    const carol = { preferred_username: 'carol', groups: ['admins'] }
    corp.seat('s-1')
    const before = createTraveller()
    await signIn('corp', '', before)
    corp.people.set('s-1', carol)
    await signIn('corp')
    expect((await sessionOf()).session.user.superuser).toBe(true)
    expect(await membersOf('builders')).toEqual([])
    corp.people.set('s-1', { ...carol, groups: ['platform'] })
    const later = createTraveller()
    await signIn('corp', '', later)
    expect((await sessionOf(later)).session.user.superuser).toBe(false)
    expect((await sessionOf()).session, 'of the superuser').toBeNull()
    expect((await sessionOf(before)).session, 'of before').toBeNull()
    expect(await membersOf('builders')).toEqual(['carol'])
    const where = { kind: 'user_change_superuser' }
    const changes = await stage.db.auditEntry.findMany({ where, orderBy: { id: 'asc' } })
    const of = { namespaceName: 'carol', performerName: 'carol', ip: '127.0.0.1' }
    expect(changes).toMatchObject(
      [true, false].map((superuser) => ({ ...of, metadata: { username: 'carol', superuser } })),
    )
  })

  it('tells webhooks whom groups make a superuser, and not when that ends', async () => {
    await stage.superusers('operator')
    const operator = await stage.client('operator', 'super:user')
    const webhook = { url: 'https://hooks.example.com', events: ['admin.added'] }
    const { body } = await operator.post('/api/v1/superuser/webhooks', webhook).expect(201)
    corp.seat('s-webhook')
    for (const groups of [[], ['admins'], []]) {
      corp.people.set('s-webhook', { preferred_username: 'hooked', groups })
      await signIn('corp', '', createTraveller())
    }
    const told = await stage.db.webhookDelivery.findMany({
      where: { webhookId: body.id },
      orderBy: { eventId: 'asc' },
    })
    expect(told.map(({ payload }) => JSON.parse(payload).data)).toMatchObject([
      { namespace: 'hooked', performer: 'hooked', member: 'hooked', team: null },
    ])
    await operator.delete(`/api/v1/superuser/webhooks/${body.id}`).expect(204)
  })

  it('joins and leaves a team by its own groups, not by those of a team of its name elsewhere', async () => {
    for (const organization of ['globex', 'initech']) {
      await stage.organization(organization)
      await stage.team(organization, { name: 'guests', role: 'member', members: [] })
    }
    const guestIn = async (...groups: string[]) => {
      corp.people.set('s-9', { preferred_username: 'ines', groups })
      await signIn('corp', '', createTraveller())
      const found = await stage.db.teamMember.findMany({
        where: { team: { name: 'guests' }, user: { name: 'ines' } },
        select: { team: { select: { organization: { select: { name: true } } } } },
      })
      return found.map(({ team }) => team.organization.name).sort()
    }
    corp.seat('s-9')
    expect(await guestIn('guests')).toEqual(['globex'])
    expect(await guestIn('guests', 'interns')).toEqual(['globex', 'initech'])
    expect(await guestIn('interns')).toEqual(['initech'])
    expect(await guestIn()).toEqual([])
  })

  it('never takes an account by its name or its address', async () => {
    corp.people.set('s-2', {
      ...{ preferred_username: 'alice', email: 'alice@example.com', email_verified: true },
    })
    corp.seat('s-2')
    expect(refusal(await signIn('corp'))).toEqual([
      401,
      'CORP calls you "alice", and there is an account of this name already, which is not linked with you: ask the operator ' +
        'to link it (user link), where it is yours',
    ])
    corp.people.set('s-2', {
      ...{ preferred_username: 'alice2', email: 'alice@example.com', email_verified: true },
    })
    traveller = createTraveller()
    await signIn('corp', '')
    expect((await sessionOf()).session.user.username).toBe('alice2')
    const user = await stage.db.namespace.findUnique({ where: { name: 'alice2' } })
    expect(user?.email).toBeNull()
  })

  it('believes what the signed token says before what is said beside it', async () => {
    corp.seat('s-told', { acr: 'password', amr: ['pwd'] })
    corp.people.set('s-told', { preferred_username: 'told' })
    const forged = { acr: 'mfa', amr: ['otp', 'pwd'], auth_time: 1, preferred_username: 'told' }
    corp.tell(forged)
    try {
      const [status] = refusal(await signIn('strict'))
      expect(status).toBe(401)
      corp.tell({ preferred_username: 'told', auth_time: 1 })
      await signIn('corp', '', createTraveller())
      const told = createTraveller()
      await signIn('corp', '?fresh=true', told)
      const { session } = await sessionOf(told)
      expect(session).toMatchObject({ user: { username: 'told' }, fresh: true })
      corp.tell({ sub: 's-another', preferred_username: 'another' })
      expect(refusal(await signIn('corp', '', createTraveller()))[0]).toBe(401)
    } finally {
      corp.tell(undefined)
    }
  })

  it('gives a new user the address that the provider says it has checked, and no other', async () => {
    const checked = [true, 'true', false, undefined]
    for (const [n, email_verified] of checked.entries()) {
      const name = `addressed${n}`
      const email = `${name}@example.com`
      corp.people.set(name, { preferred_username: name, email, email_verified })
      corp.seat(name)
      await signIn('corp', '', createTraveller())
      const user = await stage.db.namespace.findUnique({ where: { name } })
      expect([email_verified, user?.email]).toEqual([email_verified, n === 0 ? email : null])
    }
  })

  it('of a user whom the operator linked needs no rule, and two providers do not mix their subjects up', async () => {
    other.people.set('s-1', { preferred_username: 'carol' })
    other.seat('s-1')
    expect(refusal(await signIn('other'))).toEqual([
      401,
      'OTHER knows you, and no user here is linked with you: ask the operator for one (sign_in.providers, create_users), or to ' +
        'link yours (user link)',
    ])
    const alice = await stage.services.users.find('alice')
    if (!alice) throw new Error('no alice')
    const identity = { issuer: other.issuer, subject: 's-1' }
    await stage.services.linkedUsers.link(alice, identity, {})
    await expect(stage.services.linkedUsers.link(alice, identity, {})).rejects.toThrow(
      'The user alice is linked with that subject already',
    )
    traveller = createTraveller()
    await signIn('other', '')
    expect((await sessionOf()).session.user.username).toBe('alice')
    await stage.services.linkedUsers.unlink(alice, identity, {})
    expect((await sessionOf()).session, 'ends with the link').toBeNull()
    expect(refusal(await signIn('other', '', createTraveller()))[0]).toBe(401)
  })

  it('leaves the only administrator of an organization where groups say otherwise', async () => {
    corp.people.set('s-8', { preferred_username: 'hana', groups: [] })
    corp.seat('s-8')
    await signIn('corp')
    await stage.organization('lonely', 'hana')
    traveller = createTraveller()
    await signIn('corp')
    expect((await sessionOf()).session.user.username).toBe('hana')
    expect(await stage.db.teamMember.count({ where: { user: { name: 'hana' } } })).toBe(1)
  })

  it('is refused in words', async () => {
    corp.people.set('s-3', { groups: ['platform'] })
    corp.seat('s-3')
    expect(refusal(await signIn('corp'))).toEqual([
      401,
      'CORP does not say what you are called ("preferred_username"), so that there can be no user for you',
    ])
    expect(refusal(await signIn('few', '', createTraveller()))).toEqual([
      401,
      'FEW knows you, and its users who may sign in here are others (sign_in.providers, allow)',
    ])
    corp.people.set('s-3', { preferred_username: 'admin/x' })
    const [, words] = refusal(await signIn('corp', '', createTraveller()))
    expect(words).toContain('CORP calls you "admin/x", which no user here can be called: ')
    corp.seat('')
    expect(refusal(await signIn('corp', '', createTraveller()))).toEqual([
      401,
      'CORP did not sign you in: access_denied',
    ])
    await request(stage.url).get('/api/v1/session/oidc/nowhere').expect(404)
  })

  it('wants that the user authenticated as the rules say', async () => {
    corp.people.set('s-4', { preferred_username: 'dora', groups: [] })
    corp.seat('s-4', { acr: 'password' })
    expect(refusal(await signIn('strict'))).toEqual([
      401,
      'STRICT says "password" of how you authenticated there (acr), and this service wants mfa',
    ])
    corp.seat('s-4', { acr: 'mfa', amr: ['pwd'] })
    expect(refusal(await signIn('strict', '', createTraveller()))).toEqual([
      401,
      'STRICT does not say that you authenticated there by otp (amr), which this service wants',
    ])
    corp.seat('s-4', { acr: 'mfa', amr: ['pwd', 'otp'] })
    traveller = createTraveller()
    await signIn('strict', '')
    expect((await sessionOf()).session.user.username).toBe('dora')
  })

  it('is refused to a user who is disabled here, and to one who is deleted', async () => {
    corp.people.set('s-5', { preferred_username: 'erin' })
    corp.seat('s-5')
    await signIn('corp')
    await stage.superusers('root')
    const root = await stage.client('root', 'super:user')
    await root.put('/api/v1/superuser/users/erin', { enabled: false }).expect(200)
    expect((await sessionOf()).session).toBeNull()
    corp.people.set('s-5', { preferred_username: 'erin', groups: ['platform', 'admins'] })
    expect(refusal(await signIn('corp'))).toEqual([
      401,
      'This user has been disabled. Please contact your administrator',
    ])
    expect(await membersOf('builders')).not.toContain('erin')
    const erin = await stage.db.namespace.findUnique({ where: { name: 'erin' } })
    expect(erin?.superuser).toBe(false)
    await root.delete('/api/v1/superuser/users/erin').expect(204)
    expect(await stage.db.externalLogin.count({ where: { subject: 's-5' } })).toBe(0)
    // The provider still knows the person, who gets no account by a name that images may lie under.
    expect(refusal(await signIn('corp'))).toEqual([
      401,
      'CORP calls you "erin", as somebody was called whose account was deleted: ask the operator to release the name (retired names)',
    ])
  })

  it('asks the user to authenticate again where what is done needs that', async () => {
    corp.people.set('s-6', { preferred_username: 'fred' })
    corp.seat('s-6')
    await signIn('corp')
    const { session: before } = await sessionOf()
    const { next = '' } = await traveller.visit(startOf('corp', '?prompt=login'), SAME_ORIGIN)
    await traveller.travel(next, isConsole)
    const { session, held } = await sessionOf()
    expect(session.id).not.toBe(before.id)
    expect(await stage.db.session.count({ where: { id: before.id } })).toBe(0)
    expect(session).toMatchObject({ fresh: true, authenticated_at: expect.any(String) })
    await request(stage.url)
      .post('/api/v1/user/tokens')
      .set(held)
      .send({ name: 'laptop', scope: 'user:admin' })
      .expect(201)
  })

  it('proves nothing of times to come, where the clock of the provider is ahead', async () => {
    corp.people.set('s-6', { preferred_username: 'fred' })
    corp.seat('s-6')
    time.pass(-20)
    await signIn('corp', '?prompt=login')
    const { session } = await sessionOf()
    time.pass(20)
    expect(session.authenticated_at <= session.created).toBe(true)
  })

  it('ends at the provider, too', async () => {
    corp.people.set('s-6', { preferred_username: 'fred' })
    corp.seat('s-6')
    await signIn('corp')
    const { held } = await sessionOf()
    const { body } = await request(stage.url).delete('/api/v1/session').set(held).expect(200)
    const url = new URL(body.provider_logout)
    expect(url.origin).toBe(corp.issuer)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT.id,
      post_logout_redirect_uri: `${stage.url}/`,
    })
  })

  it('ends here where the provider is down, or no provider of this service any more', async () => {
    corp.people.set('s-6', { preferred_username: 'fred' })
    corp.seat('s-6')
    const down = await startPeopleProvider()
    await down.close()
    for (const providers of [[provider('corp', down)], []]) {
      await signIn('corp')
      const { held } = await sessionOf()
      const config = { ...LOOPBACK, signIn: signInBy(...providers) }
      const service = await startStage({ database: stage.database, config })
      const { body } = await request(service.url).delete('/api/v1/session').set(held).expect(200)
      await service.close()
      expect(body).toEqual({ provider_logout: null })
      expect((await sessionOf()).session).toBeNull()
    }
  })
})

describe('an attack on a sign-in', () => {
  beforeEach(() => {
    corp.people.set('s-7', { preferred_username: 'gina' })
    corp.seat('s-7')
  })

  const foreign =
    'What came back from CORP does not belong to the sign-in that this browser began. Sign in again'
  const codeRefused =
    'CORP did not take its own code (invalid_grant): it was used before, or is too old. Sign in again'
  const notBegun = (title: string) =>
    `This browser has begun no sign-in by ${title}, or more than ten minutes ago. Sign in again`

  it('with a code that was used', async () => {
    const { at } = await traveller.travel(startOf('corp'), isCallback)
    const kept = traveller.cookies(stage.url)['quay-robots-sign-in'] ?? ''
    await traveller.visit(at)
    expect((await sessionOf()).session.user.username).toBe('gina')
    expect(refusal(await traveller.visit(at))).toEqual([401, notBegun('CORP')])
    traveller.put(stage.url, 'quay-robots-sign-in', kept)
    expect(refusal(await traveller.visit(at))).toEqual([401, codeRefused])
  })

  it('in another browser, or with a state, an issuer or a nonce of another sign-in', async () => {
    const { at } = await traveller.travel(startOf('corp'), isCallback)
    expect(refusal(await createTraveller().visit(at))).toEqual([401, notBegun('CORP')])

    const changed = async (name: string, value: string) => {
      const victim = createTraveller()
      const { at: back } = await victim.travel(startOf('corp'), isCallback)
      const url = new URL(back)
      url.searchParams.set(name, value)
      return refusal(await victim.visit(url.href))
    }
    expect(await changed('state', 'x'.repeat(43))).toEqual([401, foreign])
    expect(await changed('iss', other.issuer)).toEqual([401, foreign])

    // The code of one sign-in in another one: verifier and nonce are not its.
    const victim = createTraveller()
    const { at: own } = await victim.travel(startOf('corp'), isCallback)
    const mixed = new URL(own)
    mixed.searchParams.set('code', new URL(at).searchParams.get('code') ?? '')
    const [status] = refusal(await victim.visit(mixed.href))
    expect(status).toBe(401)
  })

  it('with a token that was made for another nonce, although all else is right', async () => {
    const { next = '' } = await traveller.visit(startOf('corp'))
    const asked = new URL(next)
    asked.searchParams.set('nonce', 'of-another-sign-in')
    const { at } = await traveller.travel(asked.href, isCallback)
    expect(refusal(await traveller.visit(at))).toEqual([401, foreign])
    expect((await sessionOf()).session).toBeNull()
  })

  it('with a code that was asked for with the challenge of another verifier (PKCE, RFC 7636)', async () => {
    const { next = '' } = await traveller.visit(startOf('corp'))
    const asked = new URL(next)
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
    const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url')
    asked.searchParams.set('code_challenge', challenge)
    const { at } = await traveller.travel(asked.href, isCallback)
    expect(refusal(await traveller.visit(at))).toEqual([401, codeRefused])
    expect((await sessionOf()).session).toBeNull()
  })

  it('with the answer of one provider at the address of another', async () => {
    const { at } = await traveller.travel(startOf('corp'), isCallback)
    const moved = at.replace('/oidc/corp/', '/oidc/other/')
    expect(refusal(await traveller.visit(moved))).toEqual([401, notBegun('OTHER')])
  })

  it('to lead the browser elsewhere', async () => {
    for (const path of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '@evil.example',
      '',
    ]) {
      const query = `?return_to=${encodeURIComponent(path)}`
      const { status } = await traveller.visit(startOf('corp', query))
      expect([path, status]).toEqual([path, 400])
    }
  })

  it('with a cookie that was changed', async () => {
    const { at } = await traveller.travel(startOf('corp'), isCallback)
    const kept = traveller.cookies(stage.url)['quay-robots-sign-in'] ?? ''
    for (const value of ['x', `${kept.slice(0, -2)}AA`, kept.replace('.', 'x.')]) {
      traveller.put(stage.url, 'quay-robots-sign-in', value)
      expect(refusal(await traveller.visit(at))).toEqual([401, notBegun('CORP')])
    }
  })
})

it('a sign-in takes ten minutes at most', async () => {
  corp.people.set('s-7', { preferred_username: 'gina' })
  corp.seat('s-7')
  for (const [seconds, status] of [
    [595, 200],
    [601, 401],
  ] as const) {
    traveller = createTraveller()
    const { at } = await traveller.travel(startOf('corp'), isCallback)
    time.pass(seconds)
    const arrived = await traveller.travel(at, isConsole)
    time.pass(-seconds)
    expect([seconds, arrived.status || 200]).toEqual([seconds, status])
  }
})

describe('a provider', () => {
  it('that is down is said to be, and asked again the next time', async () => {
    const later = await startPeopleProvider()
    const { issuer } = later
    await later.close()
    const config = {
      ...LOOPBACK,
      signIn: signInBy(provider('late', { issuer })),
    }
    const service = await startStage({ database: stage.database, config })
    const { status, body, headers } = await request(service.url).get('/api/v1/session/oidc/late')
    expect([status, headers['retry-after']]).toEqual([503, '10'])
    expect(body.error_message).toBe(
      'LATE cannot be reached, or gives no valid answer (Request failed: ECONNREFUSED): nobody signs in by it now',
    )
    await service.close()
  })

  it('is asked for its addresses once an hour, but again at once where it gave none', async () => {
    const asked: string[] = []
    let isDown = true
    const server = createServer(({ url = '' }, response) => {
      asked.push(url)
      if (isDown) return response.writeHead(503).end()
      const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri']
      const addresses = endpoints.map((name) => [name, `${issuer}/${name}`])
      const type = { 'content-type': 'application/json' }
      const said = JSON.stringify({ issuer, ...Object.fromEntries(addresses) })
      return response.writeHead(200, type).end(said)
    })
    const { port, close } = await listenOnLoopback(server)
    const issuer = `http://127.0.0.1:${port}`
    const config = { ...LOOPBACK, signIn: signInBy(provider('shaky', { issuer })) }
    const surroundings = { clock: time.clock }
    const service = await startStage({ database: stage.database, config, surroundings })
    const start = async () => {
      const { status } = await request(service.url).get('/api/v1/session/oidc/shaky')
      return [status, asked.length]
    }
    expect(await start()).toEqual([503, 1])
    isDown = false
    expect([await start(), await start()]).toEqual([
      [302, 2],
      [302, 2],
    ])
    time.pass(3_601)
    expect(await start()).toEqual([302, 3])
    await service.close()
    await close()
  })

  it('whose tokens none of the keys has signed that it publishes signs nobody in', async () => {
    const forged = await startPeopleProvider()
    const signIn = signInBy(provider('forged', forged))
    const service = await startStage({
      database: stage.database,
      config: { ...LOOPBACK, signIn },
    })
    const start = `${service.url}/api/v1/session/oidc/forged`
    const { publicJwk } = await createSigningKey('RS256', 'k')
    forged.serve([`${start}/callback`], [publicJwk])
    forged.people.set('s-1', { preferred_username: 'mallory' })
    forged.seat('s-1')
    const { at } = await traveller.travel(start, isCallback)
    expect((await traveller.visit(at)).status).toBe(401)
    await service.close()
    await forged.close()
    expect(await stage.db.namespace.count({ where: { name: 'mallory' } })).toBe(0)
  })

  it('at an address that may not be asked is not asked', async () => {
    const signIn = signInBy(provider('corp', corp))
    const service = await startStage({ database: stage.database, config: { signIn } })
    const { body } = await request(service.url).get('/api/v1/session/oidc/corp').expect(503)
    expect(body.error_message).toContain('CORP cannot be reached')
    await service.close()
  })

  it('is told to who wants to sign in, as is who may do so with a password', async () => {
    const { body } = await request(stage.url).get('/api/v1/session').expect(200)
    expect(body.sign_in.providers[0]).toEqual({
      name: 'corp',
      title: 'CORP',
      url: '/api/v1/session/oidc/corp',
    })
    for (const [passwords, users] of [
      ['off', { root: 401, alice: 401 }],
      ['superusers', { root: 201, alice: 401 }],
    ] as const) {
      const config = { signIn: { passwords, providers: [] } }
      const service = await startStage({ database: stage.database, config })
      const state = await request(service.url).get('/api/v1/session')
      expect(state.body.sign_in.passwords).toBe(passwords)
      for (const [username, status] of Object.entries(users)) {
        const { body: answer } = await request(service.url)
          .post('/api/v1/session')
          .set(SAME_ORIGIN)
          .send({ username, password: PASSWORD })
          .expect(status)
        if (status === 401) expect(answer.error_message).toContain('sign in by your provider')
      }
      await service.close()
    }
  })
})

it('nobody signs in by a provider where nothing else is said', () => {
  expect(loadConfig({}).signIn).toEqual({ passwords: 'all', providers: [] })
})
