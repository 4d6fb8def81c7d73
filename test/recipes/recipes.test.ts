import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createMachine } from './machine.ts'
import { readRecipe, recipeNames } from './recipe.ts'

/** At least what `npm test` does of it, or somebody did by hand on a day. */
const WHAT_WAS_TRIED = /\n## What was tried\n\n\* (`npm test` |By hand, \d{4}-\d\d-\d\d)/

it('the index names every recipe, and each tells what was tried', async () => {
  const { text } = await readRecipe('README.md')
  const names = await recipeNames()
  expect([...text.matchAll(/^\| \[.+?\]\((\S+)\)/gm)].map(([, name]) => name).sort()).toEqual(names)
  for (const name of names) {
    expect((await readRecipe(name)).text, name).toMatch(WHAT_WAS_TRIED)
  }
})

it('links lead to files and headings that exist', async () => {
  for (const name of [...(await recipeNames()), 'README.md']) {
    const { text } = await readRecipe(name)
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [file = '', heading] = target.split('#')
      const url = new URL(`../../docs/recipes/${file || name}`, import.meta.url)
      expect(existsSync(url), `${name}: ${target}`).toBe(true)
      if (heading === undefined) continue
      const headings = [...(await readRecipe(file || name)).text.matchAll(/^#+ (.+)$/gm)]
      expect(headings.map(([, title = '']) => anchor(title))).toContain(heading)
    }
  }
})

/** As GitHub makes it. */
const anchor = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')

it.each([{ sub: 'a' }, { sub: 'ab' }, { sub: 'abc' }, { sub: '?>ü' }])(
  'the claims of a token can be looked at: %j',
  async (claims) => {
    const [, look = ''] = (await readRecipe('README.md')).shell
    const machine = await createMachine()
    try {
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
      const { stdout } = await machine.run(['sh', '-c', look], { IDENTITY: `e30.${payload}.c2ln` })
      expect(stdout).toBe(`${JSON.stringify(claims)}\n`)
    } finally {
      await machine.remove()
    }
  },
)
