import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readDocument } from './document.ts'

it('the document in the repository is what routes and schemas say (npm run docs:write)', async () => {
  const file = new URL('../../openapi/openapi.json', import.meta.url)
  expect(await readDocument()).toEqual(JSON.parse(await readFile(file, 'utf8')))
})
