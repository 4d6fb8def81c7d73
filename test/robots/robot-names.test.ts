import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATTERN = 'Namespace must match expression ^([a-z0-9]+(?:[._-][a-z0-9]+)*)$'
const LENGTH = 'Namespace must be between 2 and 255 characters in length'

let stage: Stage
let alice: Client

const refusal = (name: string, rule: string) =>
  invalidRequest(stage.url, `The name for the robot '${name}' is invalid: ${rule}`)

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  await stage.organization('o'.repeat(250), 'alice')
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})

afterAll(() => stage.close())

describe('the name of a robot', () => {
  it.each(['ab', 'a1', '00', 'a.b', 'a-b_c.d', `x${'y'.repeat(248)}`])(
    'may be %s',
    async (name) => {
      const { status, body } = await alice.put(`/api/v1/user/robots/${name}`)
      expect([status, body.name]).toEqual([200, `alice+${name}`])
      expect((await alice.get(`/api/v1/user/robots/${name}`)).body.token).toBe(body.token)
    },
  )

  it.each([
    ...['Bot', 'BOT', 'a b', ' ab', 'a..b', 'a._b', '.ab', 'ab.', '-ab', 'ab-', 'a+b', 'alice+ab'],
    ...['a/b', 'a%b', 'a:b', 'a\\b', "a'b", 'a"b', 'bøt', 'bot☃', 'ab\n', '\nab', 'a\nb', 'ab\r'],
    ...['ab\0', '\0', 'ａｂ', 'ab\u200b', 'İi', '%', '*', 'a%00', '<script>'],
  ])('may not be %j', async (name) => {
    const before = await snapshot(stage.db)
    for (const owner of ['user', 'organization/acme']) {
      const path = `/api/v1/${owner}/robots/${encodeURIComponent(name)}`
      const { status, body } = await alice.put(path)

      expect([status, body]).toEqual([400, refusal(name, PATTERN)])
      expect((await alice.get(path)).status).toBe(404)
      expect((await alice.delete(path)).status).toBe(404)
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each([['a'], ['a'.repeat(256)], ['a'.repeat(2000)]])(
    'has 2 to 255 characters',
    async (name) => {
      const { status, body } = await alice.put(`/api/v1/user/robots/${name}`)
      expect([status, body]).toEqual([400, refusal(name, LENGTH)])
    },
  )

  it('has at most 255 characters together with its owner and the plus sign', async () => {
    const owner = 'o'.repeat(250)
    const fits = await alice.put(`/api/v1/organization/${owner}/robots/abcd`)
    const exceeds = await alice.put(`/api/v1/organization/${owner}/robots/abcde`)

    expect([fits.status, fits.body.name]).toEqual([201, `${owner}+abcd`])
    expect([exceeds.status, exceeds.body]).toEqual([
      400,
      refusal('abcde', 'owner+name must be at most 255 characters in length'),
    ])
  })

  it('is looked up exactly: neither patterns, other cases nor the full name find it', async () => {
    await alice.put('/api/v1/user/robots/ci_bot')
    for (const name of [
      'ci-bot',
      'CI_BOT',
      'ci%25bot',
      'ci%5C_bot',
      '%25',
      'alice+ci_bot',
      'ci_bo',
      'ci_bot%20',
    ]) {
      for (const call of [alice.get, alice.delete]) {
        const { status, body } = await call(`/api/v1/user/robots/${name}`)
        expect([status, body], name).toEqual([404, apiError(stage.url, 'not_found')])
      }
      expect((await alice.post(`/api/v1/user/robots/${name}/regenerate`)).status).toBe(404)
    }
    expect((await alice.get('/api/v1/user/robots/ci_bot')).status).toBe(200)
  })

  it('may be the same in several namespaces', async () => {
    const mine = await alice.put('/api/v1/user/robots/shared')
    const theirs = await alice.put('/api/v1/organization/acme/robots/shared')

    expect([mine.status, theirs.status]).toEqual([200, 201])
    expect(mine.body.token).not.toBe(theirs.body.token)
    await alice.delete('/api/v1/user/robots/shared')
    expect((await alice.get('/api/v1/organization/acme/robots/shared')).body).toMatchObject({
      token: theirs.body.token,
    })
  })
})
