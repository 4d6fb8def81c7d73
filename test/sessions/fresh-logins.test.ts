import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Browser, browserOf } from '../helpers/browser.ts'
import { createClock } from '../helpers/clock.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { type Operation, operationsOf, readDocument } from '../openapi/document.ts'
import { type EveryObject, makeEveryObject } from '../openapi/every-object.ts'

const ofRobots = (...ids: string[]) =>
  ids.flatMap((id) => [id.replace('Robot', 'UserRobot'), id.replace('Robot', 'OrgRobot')])
const formats = ['DockerConfig', 'KubernetesSecret', 'PodmanAuth', 'Env', 'HelmValues']

/** What reveals or changes secrets, makes tokens, or changes policy or trust. */
const ALWAYS = [
  ...ofRobots(...[...formats, 'LoginCommand'].map((format) => `getRobot${format}`)),
  ...ofRobots('makeRobot', 'regenerateRobotToken', 'bringRobotSecret'),
  ...ofRobots('changeRobotSecret', 'deleteRobotSecret', 'createRobotApiToken'),
  ...ofRobots('createRobotFederation', 'deleteRobotFederation'),
  ...['add', 'change', 'delete'].flatMap((verb) => ofRobots(`${verb}RobotFederationEntry`)),
  ...['putRobotPolicy', 'putIssuerRecord', 'deleteIssuerRecord'],
  ...['createOrganizationWebhook', 'rotateOrganizationWebhookSecret'],
  ...['createSuperuserWebhook', 'rotateSuperuserWebhookSecret'],
  ...['createInstallUser', 'changeInstallUser'],
  ...['createOrganizationApplication', 'resetOrganizationApplicationClientSecret'],
  ...['createUserToken', 'createApplicationToken', 'createAppToken', 'getAppToken'],
]

/** By the query parameter that leaves the secret out. */
const UNLESS_FALSE = {
  token: ofRobots('getRobots', 'getRobot', 'changeRobot'),
  secret: [
    ...ofRobots('createRobot'),
    ...['getOrganizationApplications', 'getOrganizationApplication'],
    'updateOrganizationApplication',
  ],
}

const ruleOf = (operation: Operation) =>
  (operation as { 'x-fresh-login'?: 'always' | { unlessFalse: string } })['x-fresh-login']

const operations = operationsOf(await readDocument()).flatMap(({ operation, ...at }) => {
  const rule = ruleOf(operation)
  return rule === undefined ? [] : [{ ...at, id: operation.operationId, rule }]
})

it('a log-in of a moment ago is asked for by what this test says, and nothing else', () => {
  const idsWith = (flag: string | undefined) =>
    operations
      .filter(({ rule }) => (rule === 'always' ? undefined : rule.unlessFalse) === flag)
      .map(({ id }) => id)
  expect(idsWith(undefined).sort()).toEqual(ALWAYS.sort())
  expect(idsWith('token').sort()).toEqual(UNLESS_FALSE.token.sort())
  expect(idsWith('secret').sort()).toEqual(UNLESS_FALSE.secret.sort())
})

describe('a session whose log-in is ten minutes old', () => {
  const time = createClock()
  let stage: Stage
  let objects: EveryObject
  let browser: Browser

  beforeAll(async () => {
    stage = await startStage({ surroundings: { clock: time.clock } })
    objects = await makeEveryObject(stage)
  })
  beforeEach(async () => {
    browser = browserOf(stage.url)
    await browser.signIn('root')
    time.pass(600)
  })
  afterAll(() => stage.close())

  const errorOf = async (method: string, path: string) => {
    const url = path.replace(/\{(\w+)\}/g, (_, name) => objects.existing[name] ?? `no ${name}`)
    const answer = await browser.call(method as 'get', url, method === 'get' ? undefined : {})
    return [answer.status, answer.body?.error_type]
  }

  it.each(operations)('is refused $id', async ({ method, path, rule }) => {
    expect(await errorOf(method, path)).toEqual([403, 'fresh_login_required'])
    if (rule === 'always') return
    const [, error] = await errorOf(method, `${path}?${rule.unlessFalse}=false`)
    expect(error).not.toBe('fresh_login_required')
    const [status] = await errorOf(
      method,
      `${path}?${rule.unlessFalse}=true&${rule.unlessFalse}=false`,
    )
    expect(status).toBe(403)
  })

  it('is told where it may not at all, before it logs in again for that', async () => {
    await stage.people('dora')
    await browser.signIn('dora')
    time.pass(600)
    const refused = [403, 'insufficient_scope']
    for (const name of ['acme', 'nobody']) {
      const robots = `/api/v1/organization/${name}/robots`
      expect(await errorOf('get', robots)).toEqual(refused)
      expect(await errorOf('post', `${robots}/deployer/regenerate`)).toEqual(refused)
    }
    expect(await errorOf('post', '/api/v1/superuser/users/')).toEqual(refused)
  })

  it('does all else, and these once the user has given the password again', async () => {
    const robot = '/api/v1/user/robots/deployer'
    await browser.get('/api/v1/organization/acme/members').expect(200)
    await browser.post(`${robot}/regenerate`).expect(403)
    const again = (password: string) => browser.post('/api/v1/session/sudo', { password })
    const { body: refused } = await again('wrong').expect(401)
    expect(refused).toMatchObject({
      error_type: 'login_refused',
      error_message: 'Invalid Username or Password',
    })
    const { body: session } = await again(PASSWORD).expect(200)
    expect(session).toMatchObject({ fresh: true, csrf_token: browser.held()['x-csrf-token'] })
    await browser.post(`${robot}/regenerate`).expect(201)
    time.pass(599)
    await browser.post(`${robot}/regenerate`).expect(201)
    time.pass(1)
    await browser.post(`${robot}/regenerate`).expect(403)
    const { body } = await browser.get('/api/v1/session').expect(200)
    expect(body.session).toMatchObject({ fresh: false, fresh_until: session.fresh_until })
  })

  it('is shown robots and applications without their secrets, which nobody logs', async () => {
    await stage.clearLog()
    const acme = '/api/v1/organization/acme'
    for (const path of [`${acme}/robots/deployer`, `${acme}/robots?limit=1`]) {
      const { text } = await browser
        .get(`${path}${path.includes('?') ? '&' : '?'}token=false`)
        .expect(200)
      expect(text).toContain('acme+deployer')
      expect(text).not.toContain('"token"')
    }
    const { body } = await browser
      .patch(`${acme}/robots/deployer?token=false`, { labels: { team: 'web' } })
      .expect(200)
    expect(body.token).toBeUndefined()
    const application = `${acme}/applications/${objects.application.id}`
    const details = { name: 'ci', application_uri: '', redirect_uri: '' }
    const answers = [
      await browser.get(`${application}?secret=false`).expect(200),
      await browser.call('put', `${application}?secret=false`, details).expect(200),
    ]
    expect(answers.map((answer) => answer.body.client_secret)).toEqual([null, null])
    const list = await browser.get(`${acme}/applications?secret=false`).expect(200)
    expect(list.body.applications[0].client_secret).toBeNull()
    const made = await browser.put(`${acme}/robots/federated?secret=false`).expect(201)
    expect(made.body.token).toBeUndefined()
    const entries = await stage.db.auditEntry.findMany()
    expect(entries.filter(({ kind }) => kind.startsWith('reveal'))).toEqual([])
    expect(entries).toHaveLength(3)
  })

  it('is asked nothing of an API token, which has no log-in', async () => {
    const token = await stage.client('root', 'user:admin')
    time.pass(601)
    await token.post('/api/v1/user/robots/deployer/regenerate').expect(201)
  })
})
