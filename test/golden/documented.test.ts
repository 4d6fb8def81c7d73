import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { crowd } from '../db/crowd.ts'
import { plansOf, recordStatements, tablesScanned } from '../helpers/plans.ts'
import { startService } from '../helpers/service.ts'
import { replayAll } from './replay-all.ts'

/**
 * Those that only health of the service needs, and introspection, details of robots, entries for single use and issuer
 * records, which Quay does not have.
 */
const NOT_RECORDED = [
  'find_access_columns',
  'find_issuer_records',
  'find_robot_api_token',
  'find_robot_details',
  'find_session',
  'is_identity_token_used',
  'is_read_only',
  'list_access_columns',
  'list_secrets_of',
  'ping',
  'rotate_robot_secrets',
  'show_team',
  'use_identity_token',
]

/** Of the statements of busy paths, which are prepared by name. */
function preparedNames(): string[] {
  const folder = new URL('../../src/', import.meta.url)
  const sources = ['db/', 'queries/']
    .map((name) => new URL(name, folder))
    .flatMap((room) => readdirSync(room).map((file) => readFileSync(new URL(file, room), 'utf8')))
  const names = sources.flatMap((source) => [
    ...source.matchAll(/\bstatement(?:<[^(]*>)?\(\s*'(\w+)'/g),
  ])
  return names.map(([, name = '']) => name).sort()
}

const recorder = recordStatements()

replayAll('documented')

it('all of it asks the database nothing that takes reading a table from one end to the other', async () => {
  const sent = recorder.stop()
  const service = await startService()
  await crowd(service.db, 8_000)
  expect(sent.length).toBeGreaterThan(120)
  const names = sent.map(({ name }) => name)
  expect(preparedNames().filter((name) => !names.includes(name))).toEqual(NOT_RECORDED)
  const slow = []
  for (const statement of sent) {
    const tables = tablesScanned(await plansOf(service.db, [statement]))
    if (tables.length > 0) slow.push({ tables, text: statement.text })
  }
  expect(slow).toEqual([])
  await service.close()
  // Many rows are written and many plans made: long on a slow machine.
}, 120_000)
