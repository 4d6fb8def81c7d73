import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { createLongLists } from '../../src/services/lists/long-lists.ts'
import { BY_NAME } from '../../src/services/paging.ts'
import type { Client } from '../helpers/api.ts'
import { eventually } from '../helpers/eventually.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const COUNT = 1203

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  alice = await stage.client('alice', 'user:admin')
  await alice.put('/api/v1/user/robots/first').expect(200)
  await stage.db.$executeRaw(Prisma.sql`
    INSERT INTO robots (id, namespace_id, name, description, credential_id, token_key_id, token_sealed,
                        token_digest, created_at)
    SELECT gen_random_uuid(), namespace_id, 'robot' || n, '', gen_random_uuid(), token_key_id,
           token_sealed, token_digest, created_at
    FROM robots, generate_series(2, ${COUNT}) AS n`)
})

afterAll(() => stage.close())

describe('a list without a limit', () => {
  it('is complete, and ordered by name, however long it is', async () => {
    const { body } = await alice.get('/api/v1/user/robots?token=false').expect(200)
    const names = body.robots.map(({ name }: { name: string }) => name)
    expect(names).toHaveLength(COUNT)
    expect(names).toEqual([...new Set(names)].sort())
    expect(body.next_page).toBeUndefined()
  })

  it('goes on from a page, too', async () => {
    const { body: page } = await alice.get('/api/v1/user/robots?token=false&limit=3').expect(200)
    const { body } = await alice
      .get(`/api/v1/user/robots?token=false&next_page=${page.next_page}`)
      .expect(200)
    expect([page.robots.length, body.robots.length]).toEqual([3, COUNT - 3])
  })

  it('waits its turn after the first slice', async () => {
    const { lists, asked, answer } = listsThatWait()
    const outcomes = Promise.all(Array.from({ length: 30 }, (_, n) => lists(`${n}`)))
    await eventually(() => expect(asked()).toBe(2))
    answer()
    expect(await outcomes).toEqual(Array(30).fill(['a', 'b']))
    expect(asked()).toBe(30)
  })

  it('is refused when there are too many', async () => {
    const { lists, asked, answer } = listsThatWait()
    const outcomes = Promise.allSettled(Array.from({ length: 103 }, (_, n) => lists(`${n}`)))
    await eventually(() => expect(asked()).toBe(2))
    answer()
    const refused = (await outcomes).filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(3)
    expect(refused[0]).toMatchObject({ reason: { code: 'unavailable', retryAfter: 1 } })
    expect(await lists('again')).toEqual(['a', 'b'])
  })

  it('leaves room for those of other callers', async () => {
    const { lists, asked, answer } = listsThatWait()
    const outcomes = Promise.allSettled(Array.from({ length: 30 }, () => lists('1')))
    await eventually(() => expect(asked()).toBe(1))
    const other = lists('2')
    await eventually(() => expect(asked()).toBe(2))
    answer()
    await other
    const admitted = (await outcomes).filter(({ status }) => status === 'fulfilled')
    expect(admitted).toHaveLength(4)
  })

  it('is whole where its items hold long lists too, also for a caller with as many as may be', async () => {
    const longLists = createLongLists()
    const read = async ({ after = '', limit }: { after: string | undefined; limit: number }) =>
      ['a', 'b', 'c']
        .filter((name) => name > after)
        .slice(0, limit)
        .map((name) => ({ name }))
    const nested = async (requester = { id: '1', isWaiting: () => true }) => {
      const list = () =>
        longLists.read({ limit: undefined }, { order: BY_NAME, slice: 1, read }, requester).items
      const names: string[] = []
      for await (const [outer] of list()) {
        for await (const [inner] of list()) names.push(`${outer?.name}${inner?.name}`)
      }
      return names.join(' ')
    }
    const whole = 'aa ab ac ba bb bc ca cb cc'
    expect(await Promise.all([nested(), nested(), nested(), nested()])).toEqual(
      Array(4).fill(whole),
    )
    expect(await Promise.all([nested(), nested(), nested(), nested()])).toHaveLength(4)
  })

  it('is given up where nobody waits for it any more', async () => {
    const { lists, asked, answer } = listsThatWait()
    await lists('1', () => false)
    expect(asked()).toBe(0)
    answer()
    await lists('1')
    expect(asked()).toBe(1)
  })
})

describe('a list with a limit of more than one slice', () => {
  it('is put together as well, and tells where it goes on', async () => {
    const { body } = await alice.get('/api/v1/user/robots?token=false&limit=1100').expect(200)
    const { body: rest } = await alice
      .get(`/api/v1/user/robots?token=false&limit=9007199254740991&next_page=${body.next_page}`)
      .expect(200)
    expect([body.robots.length, rest.robots.length]).toEqual([1100, COUNT - 1100])
    expect(rest.next_page).toBeUndefined()
    const names = [...body.robots, ...rest.robots].map(({ name }: { name: string }) => name)
    expect(names).toEqual([...new Set(names)].sort())
  })
})

/** Lists of two slices, the second of which comes once it is answered. */
function listsThatWait() {
  let asked = 0
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  const longLists = createLongLists()
  const read = async ({ after }: { after: string | undefined }) => {
    if (after === undefined) return [{ name: 'a' }, { name: 'b' }]
    asked += 1
    await answered
    return [{ name: 'b' }]
  }
  return {
    asked: () => asked,
    answer,
    async lists(id: string, isWaiting = () => true) {
      const reading = { order: BY_NAME, slice: 1, read }
      const list = longLists.read({ limit: undefined }, reading, { id, isWaiting })
      const names: string[] = []
      for await (const slice of list.items) names.push(...slice.map(({ name }) => name))
      return names
    },
  }
}

describe('the copy of the metadata in the log', () => {
  it('is left out where it is long', async () => {
    const create = (name: string, text: string) =>
      alice.put(`/api/v1/user/robots/${name}`, { unstructured_metadata: { text } }).expect(200)
    await create('short', 'x'.repeat(4000))
    await create('long', 'é'.repeat(4000))
    const entries = await stage.db.auditEntry.findMany({ where: { kind: 'create_robot' } })
    const copyOf = (robot: string) =>
      entries
        .map(({ metadata }) => metadata as Record<string, unknown>)
        .find((metadata) => metadata.robot === robot)?.unstructured_metadata
    expect(copyOf('short')).toEqual({ text: 'x'.repeat(4000) })
    expect(copyOf('long')).toEqual({ omitted_bytes: 8011 })
  })
})
