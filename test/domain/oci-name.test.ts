import { expect, it } from 'vitest'
import { isOciName } from '../../src/domain/oci-name.ts'

it.each(['a', 'acme/app', 'a/b/c', 'a.b', 'a_b', 'a__b', 'a---b', '0/1', 'a'.repeat(255)])(
  'a registry takes %s',
  (path) => expect(isOciName(path)).toBe(true),
)

it.each([
  ...['', '/', 'a/', '/a', 'a//b', 'A', 'a..b', 'a___b', 'a._b', '.a', 'a.', '-a', 'a-', 'a/_b'],
  ...['a b', 'a\n', 'a+b', `${'a'.repeat(255)}a`],
])('a registry does not take %j', (path) => expect(isOciName(path)).toBe(false))
