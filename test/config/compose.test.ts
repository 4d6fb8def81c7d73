import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'

const { services } = parse(readFileSync('compose.yaml', 'utf8'), { merge: true })

/** What compose.yaml decides, from PUBLIC_URL and REGISTRY_HOST where it can be chosen. */
const DECIDED = [
  'DATABASE_URL',
  'DATA_DIR',
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'REGISTRY_HOST',
  'REGISTRY_SERVICE',
  'SECRET_KEY',
  'TOKEN_ISSUER',
]

test('compose.yaml hands on every variable that it does not decide, as .env has it', () => {
  const { environment } = services['quay-robots']
  const handedOn = Object.keys(environment).filter((name) => environment[name] === null)
  expect(handedOn.sort()).toEqual(VARIABLE_NAMES.filter((name) => !DECIDED.includes(name)).sort())
})

test('compose.yaml gives the registry the issuer and the audience that the service has', () => {
  const { environment } = services['quay-robots']
  expect(services.registry.environment).toMatchObject({
    REGISTRY_AUTH_TOKEN_ISSUER: environment.PUBLIC_URL,
    REGISTRY_AUTH_TOKEN_SERVICE: environment.REGISTRY_SERVICE,
    REGISTRY_AUTH_TOKEN_REALM: `${environment.PUBLIC_URL}/v2/auth`,
  })
})
