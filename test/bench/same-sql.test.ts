import { afterAll, beforeAll, expect, it } from 'vitest'
import { startIssuer } from '../../bench/issuer.ts'
import { operationsOf } from '../../bench/operations.ts'
import { createWorld } from '../../bench/world.ts'
import * as statements from '../../bench/yardstick/statements.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { recordStatements } from '../helpers/plans.ts'
import { send } from '../helpers/raw-http.ts'
import { startService, type TestService } from '../helpers/service.ts'

let service: TestService
let issuer: Awaited<ReturnType<typeof startIssuer>>

beforeAll(async () => {
  service = await startService({ config: { ...LOOPBACK, userInitialize: true } })
  issuer = await startIssuer()
})

afterAll(async () => {
  issuer.stop()
  await service.close()
})

const oneLine = ({ text }: { text: string }) => text.replace(/\s+/g, ' ').trim()

it('the yardstick of the bench asks the database what the service asks', async () => {
  const operations = operationsOf(await createWorld(service.url, issuer))
  await service.db.oAuthToken.updateMany({ data: { lastAccessedAt: null } }) // what a first use is noted by
  const recorder = recordStatements()
  for (const { name, status, requests } of operations) {
    const [request = { path: '' }] = requests
    const path = request.path.replace('{n}', '1')
    expect((await send(service.url, { ...request, path })).status, name).toBe(status)
  }
  await service.services.settled()
  expect(Object.values(statements).map(oneLine).sort()).toEqual(recorder.stop().map(oneLine).sort())
})
