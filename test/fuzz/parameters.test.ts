import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { isId } from '../../src/domain/ids.ts'
import {
  generateClientId,
  generateClientSecret,
  isClientId,
  isClientSecret,
} from '../../src/domain/oauth-client.ts'
import { parseScopes, SCOPES } from '../../src/domain/scopes.ts'
import { generateStaticToken, isStaticToken } from '../../src/domain/static-token.ts'
import { queryFlag } from '../../src/schemas/common.ts'
import { RobotListQuerySchema } from '../../src/schemas/robot.ts'
import { always } from './settings.ts'
import { hostileText } from './texts.ts'

const numberLike = fc.oneof(
  hostileText,
  fc.maxSafeInteger().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.string({ unit: fc.constantFrom(...'+-_0129 .e\n'), maxLength: 8 }),
)

/** As Python's `int()` reads ASCII digits: a sign, space around, single underscores between digits. */
function pythonInt(text: string): bigint | undefined {
  const digits = text.trim().replace(/^[+-]/, '')
  const groups = digits.split('_')
  if (groups.some((group) => group === '' || [...group].some((char) => char < '0' || char > '9'))) {
    return undefined
  }
  return BigInt(groups.join('')) * (text.trim().startsWith('-') ? -1n : 1n)
}

it('reads a limit as Quay does, and refuses what is no number of robots', () => {
  always(
    numberLike,
    (text) => {
      const parsed = RobotListQuerySchema.safeParse({ limit: text })
      const expected = pythonInt(text)
      const isGood =
        expected !== undefined && expected >= 0n && expected <= BigInt(Number.MAX_SAFE_INTEGER)
      expect(parsed.success).toBe(isGood)
      if (isGood) expect(parsed.data?.limit).toBe(Number(expected) || undefined)
    },
    1000,
  )
})

it('reads a flag of any text, of several the first', () => {
  const flag = z.object({ on: queryFlag(false, '') })
  const falsities = ['false', 'False', 'FALSE', '0', 'null', '']
  const texts = fc.oneof(hostileText, fc.constantFrom(...falsities, 'true', 'fALSE', '1', 'no'))
  always(fc.array(texts, { minLength: 1, maxLength: 3 }), (values) => {
    const expected = !falsities.includes(values[0] ?? '')
    expect(flag.parse({ on: values }).on).toBe(expected)
    expect(flag.parse({ on: values[0] }).on).toBe(expected)
  })
  expect(flag.parse({}).on).toBe(false)
})

it('reads scopes that it knows, each once, or none at all', () => {
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...SCOPES) },
    { weight: 1, arbitrary: hostileText },
  )
  const lists = fc.tuple(fc.array(name, { minLength: 1, maxLength: 5 }), fc.constantFrom(' ', ','))
  always(lists, ([names, separator]) => {
    const elements = names.join(separator).split(/[ ,]/)
    const isKnown = elements.every((one) => (SCOPES as string[]).includes(one))
    expect(parseScopes(names.join(separator))).toEqual(isKnown ? [...new Set(elements)] : undefined)
  })
})

it('makes secrets that it recognizes, and recognizes no text that differs from one in a character', () => {
  const change = fc.tuple(fc.nat({ max: 63 }), fc.constantFrom(...'ABZ09az+_é \n'))
  always(change, ([position, char]) => {
    const token = generateStaticToken(randomBytes)
    expect(isStaticToken(token)).toBe(true)
    const changed = token.slice(0, position) + char + token.slice(position + 1)
    expect(isStaticToken(changed)).toBe(changed === token)
    expect(isStaticToken(token + char)).toBe(false)
    expect(isClientId(generateClientId(randomBytes))).toBe(true)
    expect(isClientSecret(generateClientSecret(randomBytes))).toBe(true)
  })
})

it('takes no text for a secret, a client or an id that is not of its form', () => {
  always(hostileText, (text) => {
    expect(isStaticToken(text)).toBe(false)
    expect([isClientId(text), isClientSecret(text)]).toEqual([/^[A-Z0-9]{20}$/.test(text), false])
    expect(isId(text)).toBe(false)
  })
  always(fc.uuid(), (id) =>
    expect([isId(id), isId(`${id}\n`), isId(id.replaceAll('-', ''))]).toEqual([true, false, false]),
  )
})
