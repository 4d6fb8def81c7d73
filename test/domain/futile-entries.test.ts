import { expect, it } from 'vitest'
import { assertNotFutile } from '../../src/domain/futile-entries.ts'

const GOOD = { issuer: 'https://a', subject: 'repo:acme/web', audiences: ['https://registry', 'b'] }
const refused = (message: string) => expect.objectContaining({ code: 'invalid_request', message })

it('takes entries that may admit a token', () => {
  expect(() => assertNotFutile([])).not.toThrow()
  expect(() => assertNotFutile([GOOD, { ...GOOD, audiences: [] }])).not.toThrow()
  expect(() => assertNotFutile([{ ...GOOD, subject: 'a * b', audiences: ['a*'] }])).not.toThrow()
})

it.each([
  [{ issuer: 'https://a?b' }, "Issuer 'https://a?b' has a query"],
  [
    { issuer: 'https://a/.well-known/openid-configuration' },
    "Issuer 'https://a/.well-known/openid-configuration' is the address of a discovery document; the issuer is https://a",
  ],
  [{ subject: 'a\tb' }, "Subject 'a\tb' has a control character"],
  [{ subject: 'a\u2028b' }, "Subject 'a\u2028b' has a control character"],
  [{ subject: 'a\u2029b' }, "Subject 'a\u2029b' has a control character"],
  [{ subject: ' a' }, "Subject ' a' begins or ends with a blank"],
  [{ subject: 'a ' }, "Subject 'a ' begins or ends with a blank"],
  [
    { audiences: ['a', '*'] },
    "Audience '*' stands for no other: name them, or leave audiences out for any",
  ],
  [{ audiences: ['a', 'b\n'] }, "Audience 'b\n' has a control character"],
  [{ audiences: ['a', ' b'] }, "Audience ' b' begins or ends with a blank"],
  [{ subject: ' a', audiences: ['*'] }, "Subject ' a' begins or ends with a blank"],
])('refuses an entry with %j', (change, message) => {
  expect(() => assertNotFutile([GOOD, { ...GOOD, ...change }])).toThrow(refused(message))
})

it('quotes a hundred characters', () => {
  const subject = (count: number) => [{ ...GOOD, subject: ` ${'😀'.repeat(count)}` }]
  const quoted = ` ${'😀'.repeat(99)}`
  expect(() => assertNotFutile(subject(99))).toThrow(
    refused(`Subject '${quoted}' begins or ends with a blank`),
  )
  expect(() => assertNotFutile(subject(100))).toThrow(
    refused(`Subject '${quoted}…' begins or ends with a blank`),
  )
})
