import { afterAll, beforeAll, expect, it } from 'vitest'
import { basic } from '../helpers/api.ts'
import { browserOf } from '../helpers/browser.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// docs/threat-model.md, "Secrets and tokens": none of them stands anywhere in the database.

/** No word that a message of the log might hold. */
const password = 'Correct-Horse-7'

let stage: Stage
let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
  stage = await startStage({ config: LOOPBACK })
  await stage.services.users.create(
    { username: 'alice', email: 'alice@example.com', password, superuser: false },
    {},
  )
  await stage.organization('acme')
})

afterAll(async () => {
  await stage.close()
  await issuer.close()
})

async function useEverySecret(): Promise<Record<string, string>> {
  const token = await stage.token('alice', ['user:admin', 'org:admin', 'repo:admin'])
  const alice = stage.api.as(token)
  const browser = browserOf(stage.url)
  await browser.signIn('alice', password)
  const { cookie = '', 'x-csrf-token': csrfToken = '' } = browser.held()
  const { body: application } = await alice
    .post('/api/v1/organization/acme/applications', { name: 'ci', scopes: ['org:admin'] })
    .expect(200)
  const { client_id: id, client_secret: clientSecret } = application
  const { body: own } = await stage.api
    .call('post', '/oauth/token')
    .set(basic(id, clientSecret))
    .type('form')
    .send({ grant_type: 'client_credentials' })
    .expect(200)
  const { body: app } = await alice.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
  const { body: webhook } = await alice
    .post('/api/v1/organization/acme/webhooks', {
      url: 'https://hooks.example.com',
      events: ['secret.revealed', 'token.created'],
    })
    .expect(201)
  const robot = '/api/v1/user/robots/ci'
  const { body: created } = await alice.put(robot, {}).expect(200)
  await alice.post(`${robot}/federation`, [{ issuer: issuer.issuer, subject: 'ci' }]).expect(200)
  const { body: robotApi } = await alice
    .post(`${robot}/tokens`, { name: 'ci', scope: 'user:admin' })
    .expect(200)
  await stage.api.as(robotApi.token).get('/api/v1/user/').expect(200)
  await stage.api
    .as(`${robotApi.token.slice(0, -1)}x`)
    .get('/api/v1/user/')
    .expect(401)
  const identityToken = await issuer.mint({ sub: 'ci' })
  const { body: exchanged } = await stage.api
    .call('get', '/oauth2/federation/robot/token')
    .set(basic('alice+ci', identityToken))
    .expect(200)

  // Wrong ones, too, which the log tells of, and right ones that are shown again.
  await stage.api.login('alice', 'a-wrong-password').expect(401)
  await stage.api.login('alice+ci', `${created.token.slice(0, -1)}x`).expect(401)
  await alice.get(robot).expect(200)
  await alice.get(`${robot}/credentials/env`).expect(200)
  const { body: registry } = await stage.api.login('alice', password).expect(200)
  for (const [user, secret] of [
    ['$app', app.token.token_code],
    ['$oauthtoken', token],
    ['alice+ci', created.token],
    ['alice+ci', exchanged.token],
    ['alice+ci', robotApi.token],
  ] as const) {
    await stage.api.login(user, secret).expect(200)
  }
  await stage.services.settled()

  return {
    ...{ token, clientSecret, identityToken, password, wrong: 'a-wrong-password' },
    ...{ ownToken: own.access_token, appToken: app.token.token_code, staticToken: created.token },
    ...{ robotApiToken: robotApi.token, robotApiSecret: robotApi.token.slice(24) },
    ...{ robotToken: exchanged.token, registryToken: registry.token },
    ...{ cookie: cookie.split('=')[1] ?? '', csrfToken },
    webhookSecret: webhook.secret.replace('whsec_', ''),
    secretKey: TEST_SECRET_KEY.toString('base64'),
  }
}

/** Every row of every table as text, in which bytes are hexadecimal digits. */
async function dump(): Promise<string> {
  const tables = await stage.db.$queryRawUnsafe<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
  )
  const texts = await Promise.all(
    tables.map(({ name }) =>
      stage.db.$queryRawUnsafe<{ text: string }[]>(`SELECT t::text AS text FROM "${name}" t`),
    ),
  )
  return texts
    .flat()
    .map(({ text }) => text)
    .join('\n')
}

it('the database holds no secret in clear, whatever was done with it', async () => {
  const secrets = await useEverySecret()
  const text = await dump()
  expect(text).toContain('alice@example.com')
  expect(text).toContain('reveal_robot_token')
  expect(text).toContain('login_failure')
  const found = Object.entries(secrets).filter(([, secret]) =>
    [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')].some(
      (written) => text.includes(written),
    ),
  )
  expect(found.map(([name]) => name)).toEqual([])
  expect(text).not.toContain(TEST_SECRET_KEY.toString('hex'))
})
