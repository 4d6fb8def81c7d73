import { expect, it } from 'vitest'
import { loginKindOf } from '../../src/domain/login-kind.ts'

it.each([
  ['acme+ci', 'robot'],
  ['+', 'robot'],
  ['$app+ci', 'robot'],
  ['$oauthtoken', 'api_token'],
  ['$app', 'app_token'],
  ['alice', 'user'],
  ['$other', 'user'],
  ['', 'user'],
])('the user name %j comes with the credentials of a %s', (username, kind) => {
  expect(loginKindOf(username)).toBe(kind)
})
