import { randomBytes } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { programDatabase, quayRobots, serve } from './program.ts'

// Each step is a process or several, which wait for their turn on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const LOST = { SECRET_KEY: randomBytes(32).toString('base64') }
const NEW = { SECRET_KEY: randomBytes(32).toString('base64') }

const database = programDatabase()

const keys = (env: Record<string, string>, ...args: string[]) =>
  quayRobots({ ...database().env, ...env }, ['keys', ...args])

test('a database whose SECRET_KEY was lost works again after keys reset', async () => {
  const before = await serve({ ...database().env, ...LOST, USER_INITIALIZE: 'true' })
  const user = { username: 'ada', password: 'correct-horse', email: 'ada@example.com' }
  const first = await apiOf(before.url)
    .as()
    .post('/api/v1/user/initialize', { ...user, access_token: true })
  const ada = apiOf(before.url).as(first.body.access_token)
  const { token } = (await ada.put('/api/v1/user/robots/ci').expect(200)).body
  const appToken = (await ada.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)).body
  await before.stop()
  const { stdout: certificate } = await keys(LOST, 'export')

  expect(await keys(NEW, 'reset')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/If you mean it, add --confirm\nSee: .* keys reset --help\n$/),
  })
  expect((await keys(NEW, 'export')).stdout).toBe(certificate)
  const reset = await keys(NEW, 'reset', '--confirm')
  expect(reset).toMatchObject({ code: 0, stderr: '' })
  expect(reset.stdout).toMatch(
    /^new signing key [\w-]+; 2 secrets replaced, 0 kept\nGive every registry the new certificate/,
  )
  const { stdout: renewed } = await keys(NEW, 'export')
  expect(renewed).toMatch(/^-----BEGIN CERTIFICATE-----/)
  expect(renewed).not.toBe(certificate)

  const after = await serve({ ...database().env, ...NEW })
  const { as, login } = apiOf(after.url)
  const robot = (await as(first.body.access_token).get('/api/v1/user/robots/ci').expect(200)).body
  expect(robot.token).not.toBe(token)
  await login('ada+ci', token).expect(401)
  await login('ada+ci', robot.token).expect(200)
  await login('$app', appToken.token.token_code).expect(401)
  await login('ada', user.password).expect(200)
  await after.stop()

  // What can be opened is kept.
  expect((await keys(NEW, 'reset', '--confirm')).stdout).toMatch(
    /; 0 secrets replaced, 0 kept\nThe certificate for registries stays\.\n$/,
  )
  const again = await keys(NEW, 'reset', '--confirm', '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({ replaced: 0, certificateReplaced: false })
  expect((await keys(NEW, 'export')).stdout).toBe(renewed)
})
