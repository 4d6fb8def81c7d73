import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BenchIssuer, startBenchIssuer } from '../../bench/issuer.ts'
import { type Operation, operationsOf, REGISTRY_SERVICE } from '../../bench/operations.ts'
import { createWorld } from '../../bench/world.ts'
import { createYardstick } from '../../bench/yardstick/server.ts'
import { rows } from '../../src/db/statements.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { listQueries } from '../helpers/queries.ts'
import { send } from '../helpers/raw-http.ts'
import { startService, TEST_SECRET_KEY, type TestService } from '../helpers/service.ts'

let service: TestService
let issuer: BenchIssuer
let yardstick: Server
let operations: Operation[]

beforeAll(async () => {
  const settings = { ...LOOPBACK, userInitialize: true, registryService: REGISTRY_SERVICE }
  service = await startService({ config: settings })
  issuer = await startBenchIssuer()
  operations = operationsOf(await createWorld(service.url, issuer))
  const { db, config, services } = service
  await services.signingKeys.certify() // as a start does
  const store = {
    rows: ({ name, text }: { name: string; text: string }, values: unknown[]) =>
      rows<Record<string, unknown>>(db, { name: `yardstick_${name}`, text }, values),
    close: async () => {},
  }
  yardstick = await createYardstick(store, {
    SECRET_KEY: TEST_SECRET_KEY.toString('base64'),
    TOKEN_ISSUER: config.tokenIssuer,
    REGISTRY_SERVICE: config.registryService,
    ROBOT_TOKEN_TTL: String(config.robotTokenTtl),
    ISSUER: issuer.issuer,
  })
  await once(yardstick.listen(0, '127.0.0.1'), 'listening')
})

afterAll(async () => {
  yardstick.close()
  issuer.stop()
  await service.close()
})

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** The log says once a minute who is shown secrets; of the thousands of requests a second that is one. */
async function showSecretsOnce() {
  for (const { requests } of operations.filter(({ name }) => /^(get|list) /.test(name))) {
    const [request = { path: '' }] = requests
    await send(service.url, request)
  }
}

/** What a server asks the database for one request, the first use of the credentials included. */
async function statementsOf({ name, status, requests }: Operation, url: string, number: number) {
  const { db, services } = service
  const unused = { data: { lastAccessedAt: null } }
  await Promise.all([db.oAuthToken.updateMany(unused), db.robot.updateMany(unused)])
  await services.signingKeys.jwks() // reads the keys anew now, if it is time
  const [request = { path: '' }] = requests
  const path = request.path.replace('{n}', String(number))
  return (
    await listQueries(async () => {
      expect((await send(url, { ...request, path })).status, name).toBe(status)
      await services.settled()
    })
  ).map(oneLine)
}

it('the yardstick of the bench asks the database what the service asks', async () => {
  await showSecretsOnce()
  const yardstickUrl = `http://127.0.0.1:${(yardstick.address() as AddressInfo).port}`
  for (const operation of operations) {
    const expected = await statementsOf(operation, service.url, 1)
    expect(expected.length, operation.name).toBeGreaterThan(1)
    const actual = await statementsOf(operation, yardstickUrl, 2)
    expect(actual.sort(), operation.name).toEqual(expected.sort())
  }
})
