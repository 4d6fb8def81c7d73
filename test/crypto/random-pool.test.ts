import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createRandomPool } from '../../src/crypto/random-pool.ts'

function countingPool() {
  const drawn: Buffer[] = []
  const pool = createRandomPool((size) => {
    const bytes = randomBytes(size)
    drawn.push(bytes)
    return bytes
  })
  return { drawn, pool }
}

it('gives out each byte that it draws once, 4 KiB at a time', () => {
  const { drawn, pool } = countingPool()
  const given = Array.from({ length: 256 }, () => pool(16))
  expect(drawn).toHaveLength(1)
  expect(Buffer.concat(given)).toEqual(drawn[0])
  const next = pool(16)
  expect(drawn.map(({ length }) => length)).toEqual([4096, 4096])
  expect(next).toEqual(drawn[1]?.subarray(0, 16))
})

it('draws more where what is left is not enough, and as much as is asked for', () => {
  const { drawn, pool } = countingPool()
  pool(4090)
  expect(pool(10)).toEqual(drawn[1]?.subarray(0, 10))
  expect(pool(5_000)).toEqual(drawn[2])
  expect(drawn.map(({ length }) => length)).toEqual([4096, 4096, 5000])
})
