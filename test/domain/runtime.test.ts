import { expect, it } from 'vitest'
import { isId, NIL_ID } from '../../src/domain/ids.ts'

const ID = '0192f3a4-b5c6-7d8e-9f01-23456789abcd'

it('takes ids as they are stored for ids', () => {
  expect([isId(ID), isId(NIL_ID)]).toEqual([true, true])
})

it.each([
  ...['', ID.toUpperCase(), `${ID}\n`, ` ${ID}`, `${ID}0`, `0${ID}`, ID.replaceAll('-', '')],
  ...[ID.replace('a', 'g'), ID.replace('-', '_'), `{${ID}}`],
  ...['0192f3a-b5c6-7d8e-9f01-23456789abcd', '0192f3a4-b5c-7d8e-9f01-23456789abcd'],
  ...['0192f3a4-b5c6-7d8-9f01-23456789abcd', '0192f3a4-b5c6-7d8e-9f0-23456789abcd'],
  ...['0192f3a4-b5c6-7d8e-9f01-23456789abc'],
  ...['0192f3a4-z5c6-7d8e-9f01-23456789abcd', '0192f3a4-b5c6-zd8e-9f01-23456789abcd'],
  ...['0192f3a4-b5c6-7d8e-zf01-23456789abcd', '0192f3a4-b5c6-7d8e-9f01-z3456789abcd'],
])('takes nothing else for one: %j', (text) => expect(isId(text)).toBe(false))
