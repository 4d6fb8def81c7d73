import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { avatar } from '../../src/domain/avatar.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

it('is made of the name, or of the address without regard to case and blanks', () => {
  const name = { name: 'alice', hash: sha256('alice'), color: '#c49c94', kind: 'user' }
  expect(avatar('alice', 'user')).toEqual(name)
  const hash = sha256('a@example.com')
  expect(avatar('alice', 'user', ' A@Example.com ')).toMatchObject({ name: 'alice', hash })
  expect(avatar('Alice', 'team').hash).toBe(name.hash)
})

it('has one of 32 colours', () => {
  const colours = Array.from({ length: 500 }, (_, n) => avatar(`user${n}`, 'user').color)
  expect(new Set(colours).size).toBe(32)
  for (const colour of colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/)
})
