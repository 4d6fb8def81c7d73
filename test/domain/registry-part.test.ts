import { expect, it } from 'vitest'
import { registryPart } from '../../src/domain/registry-part.ts'

const HOST = 'registry.test:5000'

it.each([
  [undefined, HOST],
  [HOST, HOST],
  [`${HOST}/acme`, `${HOST}/acme`],
  [`${HOST}/acme/team`, `${HOST}/acme/team`],
])('credentials for %s are for %s', (asked, part) => expect(registryPart(asked, HOST)).toBe(part))

it.each([
  '',
  'registry.test',
  `${HOST}/`,
  `${HOST}/Acme`,
  `${HOST}0/acme`,
  `${HOST}acme`,
  'evil/acme',
])('credentials are not for %j', (asked) => {
  expect(() => registryPart(asked, HOST)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: `registry must be ${HOST}, or ${HOST}/ and an organization`,
    }),
  )
})
