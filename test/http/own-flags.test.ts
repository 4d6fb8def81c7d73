import { afterAll, beforeAll, expect, it } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import { invalidRequest } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { operationsOf, readDocument } from '../openapi/document.ts'
import { type EveryObject, makeEveryObject } from '../openapi/every-object.ts'

/** They take any text (`test/robots/robot-list.test.ts`). */
const FLAGS_OF_QUAY = [
  ...['disabled', 'expiring', 'includeOrgs', 'includePending', 'includeTags', 'includeTeams'],
  ...['last_modified', 'permissions', 'popularity', 'public', 'starred', 'token'],
]

let stage: Stage
let objects: EveryObject
beforeAll(async () => {
  stage = await startStage({ config: { superusersFullAccess: true } })
  objects = await makeEveryObject(stage)
})
afterAll(() => stage.close())

const APPLICATION = { name: 'deployer', redirect_uri: '', application_uri: '' }

const ENTRY = { issuer: 'https://issuer.example.com', subject: 'job' }

/** The flag alone is bad. */
function goodBody(method: string, path: string) {
  if (path.includes('/federation/entries')) return ENTRY
  if (method === 'post') return path.endsWith('/robots') ? { name: 'made' } : []
  return method === 'put' && path.includes('/applications/') ? APPLICATION : undefined
}

it('flags that Quay does not have are true or false, and nothing else', async () => {
  const flags = operationsOf(await readDocument()).flatMap(({ path, method, operation }) =>
    (operation.parameters ?? [])
      .filter(({ schema, name }) => schema.type === 'boolean' && !FLAGS_OF_QUAY.includes(name))
      .map(({ name }) => ({ path, method, name })),
  )
  expect(new Set(flags.map(({ name }) => name))).toEqual(
    new Set(['details', 'dry_run', 'effective', 'secret']),
  )
  const token = await stage.token('root', SCOPES)
  for (const { path, method, name } of flags) {
    const url = path.replace(/\{(\w+)\}/g, (_, key: string) => objects.existing[key] as string)
    for (const value of ['', 'nonsense', 'TRUE', '0']) {
      const sent = stage.api.call(method as 'get', `${url}?${name}=${value}`, token)
      const { status, body } = await sent.send(goodBody(method, path))
      const where = `${method} ${path} ${name}=${value}`
      expect([status, body], where).toEqual([
        400,
        invalidRequest(stage.url, expect.stringContaining(`${name} must be true or false`)),
      ])
    }
  }
})

/** Those that Quay has, too: of several the first counts, as there. And those of standards. */
const PARAMETERS_OF_QUAY = [
  ...FLAGS_OF_QUAY,
  ...['endtime', 'limit', 'namespace', 'next_page', 'performer', 'repo_kind', 'starttime'],
  ...['scope', 'service'],
]

it('a parameter that Quay does not have is not given twice', async () => {
  const parameters = operationsOf(await readDocument()).flatMap(({ path, method, operation }) =>
    (operation.parameters ?? [])
      .filter(({ in: place, schema, name }) => {
        const isOne = place === 'query' && schema.type !== 'array'
        return isOne && !PARAMETERS_OF_QUAY.includes(name)
      })
      .map(({ name }) => ({ path, method, name })),
  )
  const names = new Set(parameters.map(({ name }) => name))
  expect([...names]).toEqual(expect.arrayContaining(['grace', 'kind', 'q', 'sort', 'state']))
  const token = await stage.token('root', SCOPES)
  for (const { path, method, name } of parameters) {
    const url = path.replace(/\{(\w+)\}/g, (_, key: string) => objects.existing[key] as string)
    const sent = stage.api.call(method as 'get', `${url}?${name}=true&${name}=true`, token)
    const { status, body } = await sent.send(goodBody(method, path))
    const where = `${method} ${path} ${name}`
    expect([status, JSON.stringify(body)], where).toEqual([
      400,
      expect.stringContaining(`${name} must be given once`),
    ])
  }
})
