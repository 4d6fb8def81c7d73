import { expect, test } from 'vitest'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { programDatabase, quayRobots } from './program.ts'

const database = programDatabase(async (db) => {
  for (const name of ['acme', 'acme/team/app']) {
    await db.retiredName.create({ data: { name, retiredAt: new Date() } })
  }
})

const SECRET_KEY = TEST_SECRET_KEY.toString('base64')
const run = (...args: string[]) => quayRobots({ ...database().env, SECRET_KEY }, args)
const success = (stdout: string) => ({ code: 0, stdout, stderr: '' })

test('names are listed and released, and refused to new accounts meanwhile', async () => {
  await run('user', 'create', 'ada', '--email', 'ada@example.com')
  expect(await run('names', 'list')).toEqual(success('acme\nacme/team/app\n'))
  const create = ['org', 'create', 'acme', '--owner', 'ada']
  const refused = await run(...create)
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('Username is not available')
  expect(await run('names', 'release', 'acme')).toEqual(success('released acme\n'))
  expect((await run('names', 'release', 'acme')).code).not.toBe(0)
  expect(await run(...create)).toEqual(success('created acme\n'))
  const { stdout } = await run('names', 'list', '--json')
  expect(JSON.parse(stdout)).toEqual({ name: 'acme/team/app', retired: expect.any(String) })
})
