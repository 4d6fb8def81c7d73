import { expect, it } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { assertNotFutile as refuse } from '../../src/domain/futile-entries.ts'
import { createAddressPolicy } from '../../src/domain/issuer-address-policy.ts'

const GOOD = { issuer: 'https://a', subject: 'repo:acme/web', audiences: ['https://registry', 'b'] }
const addresses = createAddressPolicy(parseAllowedHosts(['ci.internal', '10.1.0.0/16']))
const assertNotFutile = (entries: FederationEntry[]) =>
  refuse(entries, (index) => {
    const { issuer = '', issuer_ref } = entries[index] ?? {}
    return issuer_ref === undefined ? addresses.refusalOfHost(new URL(issuer)) : undefined
  })
const refused = (message: string) => expect.objectContaining({ code: 'invalid_request', message })

it('takes entries that may admit a token', () => {
  expect(() => assertNotFutile([])).not.toThrow()
  expect(() => assertNotFutile([GOOD, { ...GOOD, audiences: [] }])).not.toThrow()
  for (const change of [
    { subject: 'a * b', subject_match: 'glob' as const, audiences: ['a*'] },
    { issuer: 'https://ci.internal/a' },
    { issuer: 'http://ci.internal' },
    { issuer: 'https://10.1.2.3' },
    // Over plain http it is asked once the operator says so.
    { issuer: 'http://a.example' },
    { issuer: 'https://kubernetes.default.svc.cluster.local', issuer_ref: 'prod' },
    { claims: { '/a~1b/~0': 'x', c: { glob: '**' } } },
  ]) {
    expect(() => assertNotFutile([{ ...GOOD, ...change }])).not.toThrow()
  }
})

it.each<[Partial<FederationEntry>, string]>([
  [{ issuer: 'https://a?b' }, "Issuer 'https://a?b' has a query"],
  [
    { issuer: 'https://a/.well-known/openid-configuration' },
    "Issuer 'https://a/.well-known/openid-configuration' is the address of a discovery document; the issuer is https://a",
  ],
  [
    { issuer: 'https://other.internal' },
    "Issuer 'https://other.internal' may not be contacted: Hostname 'other.internal' is not allowed (see OIDC_ALLOWED_HOSTS)",
  ],
  [
    { issuer: 'http://10.2.0.1' },
    "Issuer 'http://10.2.0.1' may not be contacted: URL points to a private or reserved IP address (see OIDC_ALLOWED_HOSTS)",
  ],
  [
    { issuer_ref: 'Prod EU' },
    "Issuer record 'Prod EU' must have a-z, 0-9, . _ and - only, and 63 characters at most",
  ],
  [{ subject: 'a*' }, `Subject 'a*' has a * without "subject_match": "glob"`],
  [{ subject: '*****', subject_match: 'glob' }, "Subject '*****' has more than 4 stars"],
  [
    { claims: { a: { glob: 'b\\' } } },
    "Claim 'a' has a pattern that ends with a \\ that stands before nothing",
  ],
  [
    { claims: { '/a~2': 'b' } },
    "Claim '/a~2' is no JSON pointer: write ~0 for ~, and ~1 for / in a name",
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
