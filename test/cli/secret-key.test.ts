import { randomBytes } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, test, vi } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { type Env, programDatabase, quayRobots, type Server, serve } from './program.ts'

// Each step is a process or several, which wait for their turn on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

// One database through a change of SECRET_KEY, as docs/operations.md tells operators to make it.

const OLD = { SECRET_KEY: randomBytes(32).toString('base64') }
const NEW = { SECRET_KEY: randomBytes(32).toString('base64') }
const BOTH = { ...NEW, SECRET_KEY_PREVIOUS: OLD.SECRET_KEY }
// The same for every server, although their ports differ.
const ISSUER = { TOKEN_ISSUER: 'https://robots.example.com', REGISTRY_SERVICE: 'registry' }

const database = programDatabase()

const start = (keys: Env) =>
  serve({ ...database().env, ...ISSUER, USER_INITIALIZE: 'true', ...keys })
const rotate = (keys: Env) =>
  quayRobots({ ...database().env, ...keys }, ['keys', 'rotate', '--json'])

/** The first user's token and that of a robot. */
async function createRobot({ url }: Server) {
  const user = { username: 'ada', password: 'correct-horse', email: 'ada@example.com' }
  const first = await apiOf(url)
    .as()
    .post('/api/v1/user/initialize', { ...user, access_token: true })
  const apiToken: string = first.body.access_token
  const robot = await apiOf(url).as(apiToken).put('/api/v1/user/robots/ci')
  return { apiToken, robotToken: robot.body.token as string }
}

/** A registry token for the robot. */
async function login({ url }: Server, robotToken: string): Promise<string> {
  const { body } = await apiOf(url)
    .login('ada+ci', robotToken)
    .query({ service: 'registry' })
    .expect(200)
  return body.token
}

async function keySetOf({ url }: Server) {
  return (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as JSONWebKeySet
}

async function shownToken({ url }: Server, apiToken: string): Promise<string> {
  return (await apiOf(url).as(apiToken).get('/api/v1/user/robots/ci').expect(200)).body.token
}

test('SECRET_KEY changes, and robots and verifiers notice nothing', async () => {
  const before = await start(OLD)
  const { apiToken, robotToken } = await createRobot(before)
  const oldJwt = await login(before, robotToken)
  const [oldKey] = (await keySetOf(before)).keys
  expect(await before.stop()).toMatchObject({ code: 0, stderr: '' })

  const refused = await rotate(NEW)
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(JSON.parse(refused.stderr)).toEqual({
    error: 'configuration',
    message: expect.stringMatching(/^This SECRET_KEY is not the one that /),
  })

  const between = await start(BOTH)
  expect(await shownToken(between, apiToken)).toBe(robotToken)
  await login(between, robotToken)
  expect((await keySetOf(between)).keys).toEqual([oldKey])

  // Where the database can be shared, the server goes on while the keys are rotated.
  if (!database().shared) await between.stop()
  const rotated = await rotate(BOTH)
  expect(rotated).toMatchObject({ code: 0, stderr: '' })
  const { kid, resealed } = JSON.parse(rotated.stdout)
  expect(resealed).toBe(1)
  const meanwhile = database().shared ? between : await start(BOTH)
  expect(await shownToken(meanwhile, apiToken)).toBe(robotToken)
  await login(meanwhile, robotToken)
  expect(await meanwhile.stop()).toMatchObject({ code: 0, stderr: '' })

  const after = await start(NEW)
  expect(await shownToken(after, apiToken)).toBe(robotToken)
  const newJwt = await login(after, robotToken)
  const keySet = await keySetOf(after)
  expect(keySet.keys.map((key) => key.kid)).toEqual([kid, oldKey?.kid])
  for (const jwt of [oldJwt, newJwt]) {
    const { payload } = await jwtVerify(jwt, createLocalJWKSet(keySet), {
      issuer: ISSUER.TOKEN_ISSUER,
      audience: 'registry',
    })
    expect(payload.sub).toBe('ada+ci')
  }
  expect(await after.stop()).toMatchObject({ code: 0, stderr: '' })
})
