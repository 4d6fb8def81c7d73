import { expect, test } from 'vitest'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { programDatabase, quayRobots } from './program.ts'

const CREATED = new Date('2026-11-23T13:56:36Z')
const ID = '019abfd5-0000-7000-8000-000000000000'

/** Commands show no token, so that none has to be there. */
const NO_TOKEN = { tokenKeyId: 'k', tokenSealed: Buffer.of(), tokenDigest: Buffer.of() }

const database = programDatabase(async (db) => {
  await db.namespace.create({
    data: { id: ID, name: 'acme', kind: 'organization', createdAt: CREATED },
  })
  for (const [name, lastAccessedAt, expiresAt] of [
    ['ci', new Date('2026-11-24T08:00:00Z'), null],
    ['old', null, new Date('2027-01-31T00:00:00Z')],
  ] as const) {
    const times = { createdAt: CREATED, lastAccessedAt, expiresAt }
    const ids = { id: crypto.randomUUID(), namespaceId: ID, credentialId: crypto.randomUUID() }
    const labels = name === 'ci' ? ['team:web'] : []
    await db.robot.create({ data: { ...ids, name, labels, ...times, ...NO_TOKEN } })
  }
})

const SECRET_KEY = TEST_SECRET_KEY.toString('base64')
const run = (...args: string[]) => quayRobots({ ...database().env, SECRET_KEY }, args)
const success = (stdout: string) => ({ code: 0, stdout, stderr: '' })
const CI = 'acme+ci  for good  2026-11-24T08:00:00.000Z\n'
const OLD = 'acme+old  until 2027-01-31T00:00:00.000Z  never used\n'

test('robots are listed and shown, disabled and enabled', async () => {
  expect(await run('robot', 'list', 'acme')).toEqual(success(CI + OLD))
  expect(await run('robot', 'disable', 'acme+ci', '--reason', 'leaked')).toEqual(
    success('disabled acme+ci\n'),
  )
  const { stdout } = await run('robot', 'show', 'acme+ci', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'acme+ci',
    created: CREATED.toISOString(),
    enabled: false,
    disabled_reason: 'leaked',
    last_used: { at: '2026-11-24T08:00:00.000Z', by: null },
    secrets: [{ state: 'active', hint: null }],
  })
  expect(stdout).not.toContain('token')
  expect((await run('robot', 'list', 'acme')).stdout).toBe(CI.replace('for good', 'disabled') + OLD)
  expect(await run('robot', 'enable', 'acme+ci')).toEqual(success('enabled acme+ci\n'))
  expect((await run('robot', 'list', 'acme')).stdout).toBe(CI + OLD)
})

test('robots are found by what is said of them, of one owner or of all', async () => {
  const list = async (...args: string[]) => (await run('robot', 'list', ...args)).stdout
  expect(await list('--sort', 'last_used')).toBe(OLD + CI)
  expect(await list('acme', '--query', 'ol', '--state', 'unused', '--unused-since', '1d')).toBe(OLD)
  expect(await list('acme', '--label', 'team:web')).toMatch(/^acme\+ci {2}.*\n$/)
  expect(await list('acme', '--label', 'team:web', '--label', 'env:prod')).toBe('')
  expect(await list('acme', '--label', 'env:prod', '--label', 'team:web')).toBe('')
  expect(await run('robot', 'list', '--within', '3d')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('within is for state=expiring'),
  })
  expect((await run('robot', 'list', '--state', 'asleep')).code).toBe(2)
})

test('secrets are rotated with a grace and an end', async () => {
  const secrets = async () => {
    const { stdout } = await run('robot', 'show', 'acme+old', '--json')
    return JSON.parse(stdout).secrets
  }
  const [before] = await secrets()
  const rotated = await run('robot', 'rotate', 'acme+old', '--grace', '24h', '--expires-in', '90d')
  expect(rotated).toEqual(success(expect.stringMatching(/^QUAYROBOT[A-Z0-9]{55}\n$/)))
  const [newest, older] = await secrets()
  expect(newest).toMatchObject({ state: 'active', hint: rotated.stdout.trim().slice(-4) })
  expect(older).toMatchObject({ id: before.id, state: 'replaced' })
  const inDays = ({ expires_at }: { expires_at: string }) =>
    Math.round((Date.parse(expires_at) - Date.now()) / 86_400_000)
  expect([inDays(newest), inDays(older)]).toEqual([90, 1])

  expect(await run('robot', 'rotate', 'acme+old', '--grace', '1h')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('The robot has two secrets, which is the most'),
  })
  const { stdout } = await run('robot', 'rotate', 'acme+old', '--json')
  expect(await secrets()).toMatchObject([{ hint: JSON.parse(stdout).token.slice(-4) }])
  for (const bad of [
    ['--grace', '31d'],
    ['--expires-in', '59s'],
  ]) {
    expect((await run('robot', 'rotate', 'acme+old', ...bad)).code).toBe(2)
  }
})

test.each([
  [['list', 'nobody'], 'There is no user or organization nobody'],
  [['disable', 'nobody+ci'], 'There is no user or organization nobody'],
  [['show', 'acme'], 'acme is no name of a robot: it looks like acme+deployer'],
  [['rotate', 'acme+none'], 'Could not find robot with specified username'],
  [['enable', 'acme+none'], 'Could not find robot with specified username'],
])('what is not there is not found: %j', async (args, words) => {
  const { code, stdout, stderr } = await run('robot', ...args)
  expect([code, stdout]).toEqual([4, ''])
  expect(stderr).toContain(words)
})
