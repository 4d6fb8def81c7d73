import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as refusals from '../../src/domain/robot-refusals.ts'

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))
  .map((name) => readFileSync(join('src', name), 'utf8'))
const words = [...sources, ...Object.values(refusals).map(String)].join('\n')

const page = readFileSync('docs/troubleshooting.md', 'utf8')
/** What stands in the first column, between backticks. */
const messages = [...page.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message),
)

test('the page of messages has those of the exchange, of registries and of the API', () => {
  expect(messages.length).toBeGreaterThan(25)
})

test.each(messages)('the service says "%s"', (message) => {
  expect(words).toContain(message)
})
