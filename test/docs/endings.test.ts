import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, apiOf, basic, type Client } from '../helpers/api.ts'
import { browserOf, SAME_ORIGIN } from '../helpers/browser.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { PASSWORD, startService, type TestService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { markedTable } from './page.ts'

// docs/threat-model.md, "What ends what": each row is done to a user of its own who has a secret of every column.

const [[, ...secrets] = [], ...rows] = markedTable('endings')

let stage: Stage
let withoutRobots: TestService
let issuer: Issuer
let root: Client

beforeAll(async () => {
  issuer = await startIssuer()
  stage = await startStage({ config: LOOPBACK })
  // Tokens have the issuer and the audience of the other.
  const { tokenIssuer, registryService } = stage.config
  const config = { ...LOOPBACK, tokenIssuer, registryService, robotsDisallow: true }
  withoutRobots = await startService({ database: stage.database, config })
  await stage.superusers('root')
  root = await stage.client('root', 'super:user')
})

afterAll(async () => {
  await withoutRobots.close()
  await stage.close()
  await issuer.close()
})

/** A user with everything, and an organization of the user's that somebody else administers, too. */
async function createHolder(name: string) {
  await stage.people(name)
  const org = `of-${name}`
  await stage.organization(org, name)
  const token = await stage.token(name, ['user:admin', 'org:admin', 'repo:admin'])
  const user = stage.api.as(token)
  await user.put(`/api/v1/organization/${org}/team/owners/members/root`).expect(200)

  const { body: application } = await user
    .post(`/api/v1/organization/${org}/applications`, {
      name: 'ci',
      scopes: ['org:admin', 'repo:admin'],
    })
    .expect(200)
  const path = `/api/v1/organization/${org}/applications/${application.client_id}`
  const { body: made } = await user
    .post(`${path}/tokens`, { name: 'made', scope: 'user:admin' })
    .expect(200)
  const { body: app } = await user.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)

  const robot = '/api/v1/user/robots/ci'
  const { body: created } = await user.put(robot, {}).expect(200)
  await user.post(`${robot}/federation`, [{ issuer: issuer.issuer, subject: name }]).expect(200)
  const { body: robotApi } = await user
    .post(`${robot}/tokens`, { name: 'ci', scope: 'user:admin' })
    .expect(200)
  const identity = basic(`${name}+ci`, await issuer.mint({ sub: name }))
  const exchanged = await stage.api
    .call('get', '/oauth2/federation/robot/token')
    .set(identity)
    .expect(200)

  const client = basic(application.client_id, application.client_secret)
  const grant = (at: Api) =>
    at
      .call('post', '/oauth/token')
      .set(client)
      .type('form')
      .send({ grant_type: 'client_credentials' })
  const own = await grant(stage.api).expect(200)

  const browser = browserOf(stage.url)
  await browser.signIn(name)

  const opensApi = (secret: string) => (at: Api) => at.as(secret).get('/api/v1/user/tokens')
  const tries: Record<string, (at: Api) => PromiseLike<{ status: number }>> = {
    password: (at) => at.login(name, PASSWORD),
    session: (at) => at.call('get', '/api/v1/user/').set({ ...SAME_ORIGIN, ...browser.held() }),
    'API token': opensApi(token),
    'API token that it made': opensApi(made.token),
    'app specific token that it made': (at) => at.login('$app', app.token.token_code),
    'static token': (at) => at.login(`${name}+ci`, created.token),
    'API token of the robot': (at) => at.as(robotApi.token).get('/api/v1/user/'),
    'robot token': (at) => at.login(`${name}+ci`, exchanged.body.token),
    'client secret': grant,
    'token of the application': (at) =>
      at.as(own.body.access_token).get(`/api/v1/organization/${org}/robots`),
  }
  const ids = { appToken: app.token.uuid, robotApiToken: robotApi.uuid }
  return { name, org, user, path, robot, ...ids, application, tries }
}

type Holder = Awaited<ReturnType<typeof createHolder>>

/** What each row's first cell means. */
const EVENTS: Record<string, (holder: Holder) => PromiseLike<unknown>> = {
  'the user gets a new password': ({ name }) =>
    root.put(`/api/v1/superuser/users/${name}`, { password: 'another-one' }).expect(200),
  'the user changes it and asks for `end_tokens`': ({ user }) => {
    const change = { current: PASSWORD, new: 'another-one', end_tokens: true }
    return user.put('/api/v1/user/password', change).expect(204)
  },
  'the API token is ended by its id': async ({ user, name }) => {
    const { body } = await user.get('/api/v1/user/tokens').expect(200)
    const { uuid } = body.tokens.find((token: { name: string }) => token.name === 'test')
    await root.delete(`/api/v1/superuser/users/${name}/tokens/${uuid}`).expect(204)
  },
  'the app specific token is deleted': ({ user, appToken }) =>
    user.delete(`/api/v1/user/apptoken/${appToken}`).expect(204),
  'the robot is given a new static token': ({ user, robot }) =>
    user.post(`${robot}/regenerate`).expect(201),
  'the robot is deleted': ({ user, robot }) => user.delete(robot).expect(204),
  'the API token of the robot is ended': ({ user, robot, robotApiToken }) =>
    user.delete(`${robot}/tokens/${robotApiToken}`).expect(204),
  'its federation entry is changed or removed': ({ user, robot }) =>
    user.delete(`${robot}/federation`).expect(204),
  'the client secret is reset': ({ user, path }) =>
    user.post(`${path}/resetclientsecret`).expect(200),
  'the application loses a scope': ({ user, path }) =>
    user
      .put(path, { name: 'ci', application_uri: '', redirect_uri: '', scopes: ['repo:admin'] })
      .expect(200),
  'the application gets a scope': ({ user, path }) => {
    const scopes = ['org:admin', 'repo:admin', 'user:admin']
    return user.put(path, { name: 'ci', application_uri: '', redirect_uri: '', scopes }).expect(200)
  },
  'the application is deleted': ({ user, path }) => user.delete(path).expect(204),
  'the user is disabled': ({ name }) =>
    root.put(`/api/v1/superuser/users/${name}`, { enabled: false }).expect(200),
  'the user is deleted': ({ name }) => root.delete(`/api/v1/superuser/users/${name}`).expect(204),
  'the organization is deleted': ({ user, org }) =>
    user.delete(`/api/v1/organization/${org}`).expect(204),
  '`keys rotate`': () => stage.services.keyRotation.rotate({}),
  '`keys replace`': () => stage.services.keyRotation.replace({}),
  '`ROBOTS_DISALLOW` is set': async () => undefined,
}

it('has a row for each thing that may happen here, and no other', () => {
  expect(rows.map(([event]) => event)).toEqual(Object.keys(EVENTS))
})

describe.each(rows.map(([event = '', ...cells], index) => [event, cells, `user${index}`] as const))(
  '%s',
  (event, cells, name) => {
    it('ends what its row says', async () => {
      const holder = await createHolder(name)
      expect(secrets).toEqual(Object.keys(holder.tries))
      const statuses = async (at: Api) =>
        Promise.all(Object.values(holder.tries).map(async (attempt) => (await attempt(at)).status))
      expect(await statuses(stage.api)).toEqual(secrets.map(() => 200))

      await EVENTS[event]?.(holder)
      const later = event.includes('ROBOTS_DISALLOW') ? apiOf(withoutRobots.url) : stage.api
      const ended = (await statuses(later)).map((status) => (status === 200 ? '' : 'ends'))
      expect(Object.fromEntries(secrets.map((secret, index) => [secret, ended[index]]))).toEqual(
        Object.fromEntries(secrets.map((secret, index) => [secret, cells[index]])),
      )
    })
  },
)
