import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { SCHEMA_FILE, schemaDrift } from '../../scripts/schema-drift.ts'

test('the migrations agree with the schema', { timeout: 30_000 }, async () => {
  expect(await schemaDrift()).toBe('')
})

test('a model that no migration makes is found', { timeout: 30_000 }, async () => {
  const schema = await readFile(SCHEMA_FILE, 'utf8')
  const drift = await schemaDrift({ schema: `${schema}\nmodel Extra {\n  id Int @id\n}\n` })
  expect(drift).toContain('CREATE TABLE "Extra"')
})
