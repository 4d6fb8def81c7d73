import { expect, it } from 'vitest'
import { auditedClaims } from '../../src/domain/audited-claims.ts'

it('keeps what tells a run, and nothing else', () => {
  const kept = { jti: 'a', run_id: '7', run_attempt: 2, repository_id: '456789', sha: 'f00' }
  expect(
    auditedClaims({ ...kept, actor: 'mona', email: 'mona@example.com', sub: 'repo:acme/web' }),
  ).toEqual(kept)
})

it('finds claims within claims', () => {
  const claims = { 'kubernetes.io': { pod: { name: 'web-1', uid: 'f572' }, node: { name: 'n1' } } }
  expect(auditedClaims(claims)).toEqual({
    '/kubernetes.io/pod/uid': 'f572',
    '/kubernetes.io/pod/name': 'web-1',
  })
})

it.each([[['a', 'b']], [{ a: 1 }], [null], ['x'.repeat(257)]])(
  'leaves out what is no id: %j',
  (run_id) => {
    expect(auditedClaims({ run_id, sha: 'f00' })).toEqual({ sha: 'f00' })
  },
)

it('keeps a KiB, each claim whole or not at all', () => {
  const text = 'é'.repeat(256)
  const kept = auditedClaims({ jti: text, run_id: text, repository_id: '1', sha: 'f00' })
  expect(kept).toEqual({ jti: text, repository_id: '1', sha: 'f00' })
  const names = ['jti', 'run_id', 'sha', 'event_name', 'job_workflow_ref', 'project_id', 'job_id']
  const many = auditedClaims(Object.fromEntries(names.map((name) => [name, 'x'.repeat(200)])))
  expect(Buffer.byteLength(JSON.stringify(many))).toBeLessThanOrEqual(1024)
  expect(Object.values(many)).toEqual(Array(4).fill('x'.repeat(200)))
})

it('keeps what the database can store', () => {
  expect(auditedClaims({ run_id: 'a\0b\ud800' })).toEqual({ run_id: 'a\ufffdb\ufffd' })
})
