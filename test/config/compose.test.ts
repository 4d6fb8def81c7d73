import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { unknownVariables } from '../../src/config/unknown-variables.ts'
import { describeVariable, VARIABLE_NAMES } from '../../src/config/variables.ts'

const text = readFileSync('compose.yaml', 'utf8')
const compose = parse(text, { merge: true })
const { services } = compose
const NAMES = Object.keys(services)

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
  'TRUSTED_PROXIES',
]

test('compose.yaml hands on every variable that it does not decide, as .env has it', () => {
  const { environment } = services['quay-robots']
  const handedOn = Object.keys(environment).filter((name) => environment[name] === null)
  const expected = VARIABLE_NAMES.filter((name) => !DECIDED.includes(name)).flatMap((name) =>
    describeVariable(name).secret ? [name, `${name}_FILE`] : [name],
  )
  expect(handedOn.sort()).toEqual(expected.sort())
})

test('compose.yaml gives the registry the issuer and the audience that the service has', () => {
  const { environment } = services['quay-robots']
  expect(services.registry.environment).toMatchObject({
    REGISTRY_AUTH_TOKEN_ISSUER: environment.PUBLIC_URL,
    REGISTRY_AUTH_TOKEN_SERVICE: environment.REGISTRY_SERVICE,
    REGISTRY_AUTH_TOKEN_REALM: `${environment.PUBLIC_URL}/v2/auth`,
  })
})

test('the address of the front is that of the registry, too, and no other service has a port of the machine', () => {
  const { environment } = services['quay-robots']
  const [, host] = /http:\/\/(.+)}$/.exec(environment.PUBLIC_URL) ?? []
  expect(environment.REGISTRY_SERVICE).toBe(`\${REGISTRY_HOST:-${host}}`)
  expect(NAMES.filter((name) => services[name].ports)).toEqual(['front'])
  expect(services.front.ports).toEqual([`127.0.0.1:\${PORT:-${host?.split(':')[1]}}:8080`])
})

test.each(NAMES)('%s has few rights, and bounds on memory and processes', (name) => {
  expect(services[name]).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: expect.stringMatching(/^\d+[mg]$/),
    pids_limit: expect.any(Number),
  })
  expect(services[name].cap_add ?? []).toEqual(name === 'front' ? ['NET_BIND_SERVICE'] : [])
})

test('only who makes roles is administrator of the database, only who migrates owns the tables', () => {
  const holders = (secret: string) =>
    NAMES.filter((name) => services[name].secrets?.includes(secret))
  expect(holders('postgres_password')).toEqual(['database-roles', 'postgres'])
  expect(holders('owner_database_url')).toEqual(['migrate'])
  expect(holders('service_database_url')).toEqual(['quay-robots'])
  expect(compose.networks.database).toEqual({ internal: true })
  const neighbours = NAMES.filter((name) => services[name].networks.includes('database'))
  expect(neighbours.sort()).toEqual(['database-roles', 'migrate', 'postgres', 'quay-robots'])
})

test('the service does not warn of what compose.yaml reads from .env', () => {
  const read = [...text.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name ?? '')
  expect(read).toContain('PORT')
  expect(unknownVariables(read, [])).toEqual([])
})
