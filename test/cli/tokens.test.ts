import { expect, test } from 'vitest'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { programDatabase, quayRobots } from './program.ts'

const database = programDatabase()

const SECRET_KEY = TEST_SECRET_KEY.toString('base64')
const run = (...args: string[]) => quayRobots({ ...database().env, SECRET_KEY }, args)

test('tokens of a user are listed and ended by their id', async () => {
  await run('user', 'create', 'ada', '--email', 'ada@example.com')
  const create = ['token', 'create', '--user', 'ada', '--scope', 'user:admin']
  const { stdout: token } = await run(...create, '--expires-in', '1h')
  const listed = await run('token', 'list', '--user', 'ada')
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(listed.stdout).toMatch(/^[0-9a-f-]{36} {2}\S+Z {2}user:admin {2}command line\n$/)
  expect(listed.stdout).not.toContain(token.trim())
  const [id = ''] = listed.stdout.split(' ')
  const { stdout } = await run('token', 'list', '--user', 'ada', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ id, name: 'command line', scopes: ['user:admin'] })
  expect(await run('token', 'revoke', '--id', id)).toMatchObject({ code: 0, stdout: 'revoked\n' })
  for (const none of [id, 'none']) {
    const again = await run('token', 'revoke', '--id', none)
    expect(again).toMatchObject({ code: 4, stdout: '' })
    expect(again.stderr).toContain('There is no such token')
  }
  expect((await run('token', 'list', '--user', 'nobody')).code).toBe(4)
  const longer = await run(...create, '--expires-in', '366d')
  expect(longer).toMatchObject({ code: 2, stdout: '' })
  expect(longer.stderr).toContain('limits.token_lifetime')
})
