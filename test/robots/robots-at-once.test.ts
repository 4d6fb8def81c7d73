import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let as: Awaited<ReturnType<Stage['client']>>

const OWNERS = [
  ['a user', '/api/v1/user', 'alice'],
  ['an organization', '/api/v1/organization/acme', 'acme'],
] as const

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  as = await stage.client('alice', 'org:admin', 'user:admin')
})
afterAll(() => stage.close())

describe.each(OWNERS)('several robots of %s', (_, url, owner) => {
  const robot = async (name: string) =>
    (await as.get(`${url}/robots/${name}?details=true&token=false`).expect(200)).body
  const names = async () =>
    (await as.get(`${url}/robots?token=false`).expect(200)).body.robots.map(
      (one: { name: string }) => one.name,
    )
  const make = async (...robots: string[]) => {
    for (const name of robots) await stage.robot(`${owner}+${name}`)
  }

  it('are changed together, each with an entry in the log', async () => {
    await make('one', 'two', 'three')
    await stage.clearLog()
    const change = { enabled: false, reason: 'moved', labels: { team: 'web' } }
    await as.post(`${url}/robot-changes`, { robots: ['two', 'one'], change }).expect(204)
    for (const name of ['one', 'two']) {
      expect(await robot(name)).toMatchObject({
        ...{ enabled: false, disabled_reason: 'moved', labels: { team: 'web' } },
      })
    }
    const { enabled, labels } = await robot('three')
    expect([enabled, labels]).toEqual([true, {}])
    const { body } = await as.get(`${url}/logs?kind=change_robot`).expect(200)
    expect(body.logs.map(({ metadata }: { metadata: object }) => metadata)).toMatchObject(
      ['two', 'one'].map((name) => ({
        ...{ robot: name, enabled: false, reason: 'moved', labels: { team: 'web' } },
      })),
    )
  })

  it('stay as they are where the change of one is refused, which is named', async () => {
    await make('first', 'full')
    const labels = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`l${at}`, '']))
    await as.patch(`${url}/robots/full?token=false`, { labels }).expect(200)
    const change = { labels: { more: '' } }
    const { body } = await as
      .post(`${url}/robot-changes`, { robots: ['first', 'full'], change })
      .expect(400)
    expect(body.error_message).toMatch(/^full: .*labels/)
    expect((await robot('first')).labels).toEqual({})
  })

  it('are deleted together, or none of them where one is not there', async () => {
    await make('gone', 'going', 'staying')
    await stage.clearLog()
    const remove = (...robots: string[]) => as.post(`${url}/robot-deletions`, { robots })
    const { body } = await remove('gone', 'nobody').expect(400)
    expect(body.error_message).toMatch(/^nobody: Could not find robot/)
    expect(await names()).toContain(`${owner}+gone`)
    await remove('gone', 'going').expect(204)
    expect(await names()).toContain(`${owner}+staying`)
    expect(await names()).not.toContain(`${owner}+gone`)
    expect(await names()).not.toContain(`${owner}+going`)
    const { body: log } = await as.get(`${url}/logs?kind=delete_robot`).expect(200)
    expect(log.logs).toHaveLength(2)
  })

  it.each([
    ['none', []],
    ['one twice', ['one', 'one']],
    ['more than a hundred', Array.from({ length: 101 }, (_, at) => `r${at}`)],
    ['what is no name', [5]],
  ])('are refused: %s', async (_case, robots) => {
    await as.post(`${url}/robot-changes`, { robots, change: { enabled: true } }).expect(400)
    await as.post(`${url}/robot-deletions`, { robots }).expect(400)
  })

  it('are for who administers them', async () => {
    const bob = await stage.client('bob', 'org:admin', 'user:admin')
    const status = owner === 'acme' ? 403 : 400
    const body = { robots: ['one'], change: { enabled: true } }
    await bob.post(`${url}/robot-changes`, body).expect(status)
    await bob.post(`${url}/robot-deletions`, { robots: ['one'] }).expect(status)
  })
})
