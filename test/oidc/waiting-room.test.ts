import { expect, it } from 'vitest'
import { createWaitingRoom } from '../../src/oidc/waiting-room.ts'

it('one issuer keeps a hundred waiting, and leaves room for others', () => {
  const room = createWaitingRoom()
  const enter = (count: number, issuer: string) =>
    Array.from({ length: count }, () => room.enter(issuer)).filter((leave) => leave !== undefined)

  const slow = enter(150, 'slow')
  expect(slow).toHaveLength(100)
  expect(enter(150, 'slow too')).toHaveLength(100)
  expect(enter(10, 'third')).toHaveLength(5)
  expect(enter(10, 'fourth')).toHaveLength(5)
  for (const leave of slow) leave()
  expect(enter(10, 'fourth')).toHaveLength(10)
})

it('many issuers together keep no more than 400 waiting', () => {
  const room = createWaitingRoom()
  const admitted = Array.from({ length: 1000 }, (_, n) => room.enter(`issuer ${n}`)).filter(Boolean)
  expect(admitted).toHaveLength(400)
})
