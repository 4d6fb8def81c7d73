import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { PASSWORD } from '../helpers/service.ts'
import { type Logins, many, startLogins } from './login-stage.ts'

// containerd, BuildKit and Helm send a form first, and what was refused once more as Basic credentials.

const HERE = '203.0.113.7'

let logins: Logins
beforeAll(async () => {
  logins = await startLogins()
})
beforeEach(() => logins.time.pass(120))
afterAll(() => logins?.close())

/** Both tries of one log-in. */
async function tryBoth(user: string, password: string) {
  const first = await logins.loginByForm(user, password, HERE)
  const second = await logins.login(user, password, HERE)
  return [first.status, second.status]
}

async function failuresOf(name: string) {
  await logins.services.settled()
  return logins.db.auditEntry.count({
    where: { kind: 'login_failure', namespaceName: name },
  })
}

it('counts a wrong password once that is sent both ways', async () => {
  const before = await failuresOf('alice')
  for (const n of many(10, (index) => index)) {
    expect(await tryBoth('alice', `wrong${n}`)).toEqual([401, 401])
    expect(await failuresOf('alice')).toBe(before + n + 1)
  }
  await logins.login('alice', PASSWORD, HERE).expect(429)
})

it('counts a wrong token once that is sent both ways', async () => {
  const before = await failuresOf('alice')
  expect(await tryBoth('alice+ci', 'wrong')).toEqual([401, 401])
  expect(await failuresOf('alice')).toBe(before + 1)
  for (const n of many(59, (index) => index)) {
    expect(await tryBoth('alice+ci', `wrong${n}`)).toEqual([401, 401])
  }
  expect(await tryBoth('alice+ci', 'wrong')).toEqual([429, 429])
  await logins.login('alice+ci', logins.robotToken, HERE).expect(200)
})

it('counts every try that is no second one', async () => {
  const { login, loginByForm, time } = logins
  await loginByForm('bob', 'one', HERE).expect(401)
  await login('bob', 'one', HERE).expect(401) // its second try
  await login('bob', 'one', HERE).expect(401)
  await loginByForm('bob', 'two', HERE).expect(401)
  await login('bob', 'three', HERE).expect(401)
  await login('bob', 'two', '203.0.113.8').expect(401)
  await login('alice', 'two', HERE).expect(401)
  time.pass(11)
  await login('bob', 'two', HERE).expect(401) // too late
  for (const n of many(5, (index) => index)) await login('bob', `more${n}`, HERE).expect(401)
  await login('bob', PASSWORD, HERE).expect(429)
})
