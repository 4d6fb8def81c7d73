import { afterAll, beforeAll, expect, it } from 'vitest'
import { browserOf } from '../helpers/browser.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { sendDuring } from '../helpers/held-rows.ts'
import { copiesOf, NEW_DIGEST } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { CLIENT, startPeopleProvider } from './provider.ts'
import { createTraveller } from './traveller.ts'

// Who logs in while others make sessions of the same user has no more of them for that.

let corp: Awaited<ReturnType<typeof startPeopleProvider>>
let stage: Stage

beforeAll(async () => {
  corp = await startPeopleProvider()
  const provider = {
    ...{ name: 'corp', title: 'Corp', issuer: corp.issuer, scopes: ['openid', 'profile'] },
    ...{ clientId: CLIENT.id, clientSecret: CLIENT.secret },
    route: { ca: undefined, allowed: undefined },
    rules: {
      ...{ allow: undefined, createUsers: true, usernameClaim: 'preferred_username' },
      ...{ groupsClaim: 'groups', superuserGroups: undefined, teams: [] },
      ...{ requiredAcr: undefined, requiredAmr: undefined },
    },
  }
  const signIn = { passwords: 'all' as const, providers: [provider] }
  stage = await startStage({ config: { ...LOOPBACK, signIn } })
  corp.serve([`${stage.url}/api/v1/session/oidc/corp/callback`])
  corp.people.set('s-1', { preferred_username: 'carol' })
  corp.seat('s-1')
  await stage.people('alice')
})
afterAll(async () => {
  await stage.close()
  await corp.close()
})

const withPassword = () => browserOf(stage.url).signIn('alice')
const withProvider = () =>
  createTraveller().travel(`${stage.url}/api/v1/session/oidc/corp`, (url) => url.endsWith('/'))

it.each([
  ['a password', 'alice', withPassword],
  ['a provider', 'carol', withProvider],
])('with %s', async (_, name, signIn: () => Promise<unknown>) => {
  await signIn()
  const hold = `SELECT 1 FROM namespaces WHERE name = '${name}' FOR NO KEY UPDATE`
  const change = copiesOf('sessions', [2, 50], NEW_DIGEST)
  const { waited } = await sendDuring(stage, { hold, change }, signIn)
  expect(waited).toBe(true)
  expect(await stage.db.session.count({ where: { user: { name } } })).toBe(50)
})

it.each([
  ['erin', 'have given another password', "password_hash = 'another'"],
  ['frank', 'have disabled', 'enabled = false'],
])('a password makes no log-in fresh of %s, whom others %s meanwhile', async (name, _, set) => {
  await stage.people(name)
  const browser = browserOf(stage.url)
  await browser.signIn(name)
  const hold = `UPDATE namespaces SET ${set} WHERE name = '${name}'`
  const prove = () => browser.post('/api/v1/session/sudo', { password: PASSWORD })
  const { waited, answer } = await sendDuring(stage, { hold }, prove)
  expect([waited, answer.status]).toEqual([true, 401])
})
