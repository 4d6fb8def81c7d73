import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EXCHANGE_OUTCOMES } from '../../src/domain/exchange-errors.ts'
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

test('the page has every code of an exchange that is refused', () => {
  // How it ended where it is no refusal, and where the service is not well.
  const others = ['issued', 'unavailable', 'error']
  for (const code of EXCHANGE_OUTCOMES.filter((one) => !others.includes(one)))
    expect(page).toContain(`| \`${code}\` |`)
})

test.each(messages)('the service says "%s"', (message) => {
  expect(words).toContain(message)
})
