import { afterAll, beforeAll, expect, test } from 'vitest'
import { killedAt, programDatabase, quayRobots } from '../cli/program.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { type FakeQuay, startFakeQuay } from './fake-quay.ts'
import { RECORDED, RECORDED_SECRET } from './recorded-answers.ts'
import { tokenFileOf } from './source-stage.ts'

const ROBOTS = '/api/v1/organization/acme/robots'
const names = Array.from({ length: 120 }, (_, index) => `bot${index}`)

let quay: FakeQuay
let args: string[]
beforeAll(async () => {
  const each = names.flatMap((name) => [
    [`${ROBOTS}/${name}`, { unstructured_metadata: { name } }],
    [`${ROBOTS}/${name}/federation`, [{ issuer: 'https://issuer.example', subject: name }]],
  ])
  const robots = names.map((name) => ({ name: `acme+${name}`, token: RECORDED_SECRET }))
  quay = await startFakeQuay({
    ...RECORDED,
    ...Object.fromEntries(each),
    [ROBOTS]: { robots: [...robots, { name: 'acme+bot', token: RECORDED_SECRET }] },
  })
  const tokenFile = await tokenFileOf('abcdefghij0123456789abcdefghij0123456789')
  args = ['import', 'quay', '--from', quay.url, '--token-file', tokenFile, '--rate', '9999']
})
afterAll(() => quay.close())

const database = programDatabase()
const env = () => ({ ...database().env, SECRET_KEY: TEST_SECRET_KEY.toString('base64') })

test('an import that was killed goes on where it was', async () => {
  await killedAt(env(), args, /writing: \d+ of/)
  const { code, stdout } = await quayRobots(env(), [...args, '--json'])
  const { taken, conflicts, not_taken, counts } = JSON.parse(stdout)
  expect({ code, conflicts, not_taken }).toEqual({ code: 0, conflicts: [], not_taken: [] })
  const there = Object.values<{ already_there: number }>(counts).reduce(
    (sum, { already_there }) => sum + already_there,
    0,
  )
  expect(taken.length).toBeGreaterThan(0)
  expect(there).toBeGreaterThan(0)
  expect(taken.length + there).toBe(names.length * 2 + 20)
})
