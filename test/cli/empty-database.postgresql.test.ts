import { expect, test } from 'vitest'
import { engine } from '../db/engines.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { quayRobots } from './program.ts'

test('a database without tables gets them by migrate, and by no command that is for data', async () => {
  const { options, drop } = await engine.createEmpty()
  const env = {
    DATABASE_URL: options.databaseUrl ?? '',
    SECRET_KEY: TEST_SECRET_KEY.toString('base64'),
  }
  expect(await quayRobots(env, ['keys', 'rotate', '--json'])).toEqual({
    code: 3,
    stdout: '',
    stderr: `${JSON.stringify({
      error: 'configuration',
      message:
        'The database at DATABASE_URL is empty. Name the one that is meant; its tables are made by: ' +
        'npm run --silent cli -- migrate',
    })}\n`,
  })
  // Rights on the tables, too, in the same run that makes them.
  const grant = ['--grant-to', new URL(env.DATABASE_URL).username]
  expect((await quayRobots(env, ['migrate', '--json', ...grant])).stdout).toMatch(
    /^\{"applied":\["/,
  )
  expect(await quayRobots(env, ['keys', 'rotate'])).toMatchObject({ code: 0 })
  await drop()
})
