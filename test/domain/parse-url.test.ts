import { expect, it } from 'vitest'
import { parseUrl } from '../../src/domain/parse-url.ts'

it('reads a URL, also below another', () => {
  expect(parseUrl('https://a.example/b')?.pathname).toBe('/b')
  expect(parseUrl('../c', new URL('https://a.example/b/d'))?.href).toBe('https://a.example/c')
  expect(parseUrl('../c')).toBeUndefined()
  expect(parseUrl('')).toBeUndefined()
})

it('reads letters beyond ASCII also in code that V8 has compiled', () => {
  const denied = Array.from({ length: 50_000 }, () => parseUrl('https://exämple.com')).filter(
    (url) => url?.host !== 'xn--exmple-cua.com',
  )
  expect(denied).toEqual([])
})
