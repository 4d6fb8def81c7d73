import { expect, it } from 'vitest'
import { mergePatch } from '../../src/domain/merge-patch.ts'

// RFC 7396, appendix A.
it.each<[unknown, unknown, unknown]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j with %j is %j', (document, patch, merged) => {
  const before = structuredClone(document)
  expect(mergePatch(document, patch)).toEqual(merged)
  expect(document).toEqual(before)
})

it('gives no object another prototype', () => {
  const merged = mergePatch({}, JSON.parse('{"__proto__":{"admin":true}}')) as object
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
  expect('admin' in merged).toBe(false)
})
