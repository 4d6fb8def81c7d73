import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SourceRobot, SourceThing } from '../../src/domain/quay-content.ts'
import { generateStaticToken } from '../../src/domain/static-token.ts'
import { robotRow } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { ENTRY } from './source-stage.ts'

// What is here by the same name as there: compared, and made the same.

const ROBOTS = 4

let stage: Stage
beforeAll(async () => {
  const others = { repositories: 9, teams: 9, organizations: 9, robotApiTokens: 9 }
  const limits = { robots: ROBOTS, tokenLifetime: 3600, ...others }
  stage = await startStage({ config: { limits } })
  await stage.people('alice')
  await stage.organization('acme')
})
afterAll(() => stage.close())

const robotOf = (name: string, more: Partial<SourceRobot> = {}): SourceRobot => ({
  ...{ kind: 'robot', owner: 'acme', name, description: 'builds' },
  ...{ metadata: null, secret: generateStaticToken(randomBytes) },
  ...more,
})

async function run(...things: SourceThing[]) {
  const { moveIn } = stage.services
  return moveIn.run(await moveIn.plan(things, 'overwrite'))
}

const secretsOf = async (name: string) => {
  const { id } = await robotRow(stage.db, `acme+${name}`)
  return stage.db.robotSecret.findMany({ where: { robotId: id } })
}

const logIn = ({ name, secret }: SourceRobot) =>
  stage.api.login(`acme+${name}`, `${secret}`).then(({ status }) => status)

it('a secret that has ended here is not the same, and stays so', async () => {
  const robot = robotOf('ended')
  await run(robot)
  const [secret] = await secretsOf('ended')
  const where = { id: secret?.id ?? '' }
  await stage.db.robotSecret.update({ where, data: { expiresAt: new Date(0) } })
  expect(await logIn(robot)).toBe(401)
  const { moveIn } = stage.services
  const plan = await moveIn.plan([robot], 'overwrite')
  expect(plan).toMatchObject([{ fate: 'change', why: 'the secret' }])
  const why = 'The robot has had this secret, which has ended'
  expect(await moveIn.run(plan)).toMatchObject([{ fate: 'not_taken', why }])
  expect(await logIn(robot)).toBe(401)
})

it('a secret that is the same stays as it is', async () => {
  const robot = robotOf('same')
  await run(robot)
  const before = await secretsOf('same')
  const changed = await run({ ...robot, description: 'tests' })
  expect(changed).toMatchObject([{ fate: 'change', why: 'the description' }])
  expect(await secretsOf('same')).toEqual(before)
  expect(await logIn(robot)).toBe(200)
})

it('metadata are those of there, and no others', async () => {
  const robot = robotOf('stated', { metadata: { a: 1, b: { c: 2, d: 3 } } })
  await run(robot)
  const metadata = { b: { d: 4 }, e: [] }
  expect(await run({ ...robot, metadata })).toMatchObject([{ fate: 'change', why: 'the metadata' }])
  expect((await robotRow(stage.db, 'acme+stated')).unstructuredMetadata).toEqual(metadata)
})

it('what is refused is told of, and what needs it for that reason', async () => {
  const federation = (robot: string): SourceThing => ({
    ...{ kind: 'federation', owner: 'acme', robot },
    entry: { ...ENTRY, audiences: ['a'] },
  })
  const steps = await run(
    ...[robotOf('last'), robotOf('beyond')],
    ...[federation('last'), federation('beyond')],
  )
  expect(steps.map(({ fate, why }) => [fate, why])).toEqual([
    ['take', undefined],
    ['not_taken', expect.stringContaining('Limit reached')],
    ['take', undefined],
    ['not_taken', 'needs the robot acme+beyond, which is not taken'],
  ])
})

it('users come as they are there, with a password of nobody, and are changed alike', async () => {
  const { db } = stage
  const userOf = (more: object): SourceThing => ({
    ...{ kind: 'user', name: 'moved', email: 'moved@example.com', enabled: false },
    ...more,
  })
  const row = () => db.namespace.findUniqueOrThrow({ where: { name: 'moved' } })
  expect(await run(userOf({}))).toMatchObject([{ fate: 'take' }])
  expect(await row()).toMatchObject({
    ...{ email: 'moved@example.com', enabled: false, passwordHash: null, superuser: false },
  })
  expect(await run(userOf({}))).toMatchObject([{ fate: 'there' }])
  const changes = [{ enabled: true }, { enabled: true, email: 'other@example.com' }]
  for (const change of changes) {
    expect(await run(userOf(change))).toMatchObject([{ fate: 'change' }])
    expect(await row()).toMatchObject(change)
  }
})
