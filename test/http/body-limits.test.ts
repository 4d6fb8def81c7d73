import { afterAll, beforeAll, expect, it } from 'vitest'
import { bearer } from '../helpers/api.ts'
import { send } from '../helpers/raw-http.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// How many bytes a body may have.

const KIB = 1024
const ACME = '/api/v1/organization/acme'
const ROBOTS = `${ACME}/robots`

let stage: Stage
let token: string
beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+ci')
  await stage.repository('acme/web')
  token = await stage.token('alice', ['org:admin', 'user:admin', 'repo:admin', 'repo:create'])
})
afterAll(() => stage.close())

const LIMITS: [limit: number, method: string, path: string][] = [
  [64 * KIB, 'PUT', ACME],
  [64 * KIB, 'POST', `${ACME}/applications`],
  [64 * KIB, 'PUT', `${ACME}/issuers/cluster`],
  [64 * KIB, 'POST', `${ROBOTS}/ci/tokens`],
  [256 * KIB, 'PATCH', `${ROBOTS}/ci`],
  [256 * KIB, 'POST', `${ACME}/robot-changes`],
  [256 * KIB, 'POST', `${ROBOTS}/ci/federation/entries`],
  [256 * KIB, 'PATCH', `${ROBOTS}/ci/federation/entries/none`],
  [256 * KIB, 'POST', ROBOTS],
  [1024 * KIB, 'PUT', `${ROBOTS}/new`],
  [1024 * KIB, 'POST', `${ROBOTS}/ci/federation`],
  [1024 * KIB, 'PUT', `${ACME}/team/devs`],
  [1024 * KIB, 'POST', '/api/v1/repository'],
  [1024 * KIB, 'PUT', '/api/v1/repository/acme/web'],
]

it.each(LIMITS)('%i for %s %s', async (limit, method, path) => {
  const headers = { ...bearer(token), 'content-type': 'application/json' }
  const statusOf = async (bytes: number) => {
    const body = '[0]'.padEnd(bytes)
    return (await send(stage.url, { method, path, headers, body })).status
  }
  // It is none of the bodies that are taken, but read.
  expect([await statusOf(limit), await statusOf(limit + 1)]).toEqual([400, 413])
})
