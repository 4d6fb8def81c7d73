import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const flagsIn = (text: string | undefined) => text?.match(/--[\w-]+=\d+/g)

it('are the same in the image, for npm start and for npm run serve', () => {
  const [, entrypoint] = /^ENTRYPOINT (.*)$/m.exec(read('Dockerfile')) ?? []
  const { scripts } = JSON.parse(read('package.json'))
  expect(flagsIn(entrypoint)).toHaveLength(2)
  expect(flagsIn(scripts.start)).toEqual(flagsIn(entrypoint))
  expect(flagsIn(scripts.serve)).toEqual(flagsIn(entrypoint))
})
