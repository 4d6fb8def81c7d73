import { describe, expect, it } from 'vitest'
import { github } from '../../src/domain/code-host-templates.ts'
import { fillTemplate } from '../../src/domain/federation-template.ts'
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

it('each that posts an entry adds it to others, and has an audience', async () => {
  const named = await recipeNames()
  const all = await Promise.all(named.map((name) => readRecipe(name)))
  const posting = all.filter(({ shell }) => shell.some((one) => /POST .*\/federation/.test(one)))
  expect(posting.length).toBeGreaterThan(5)
  for (const { text, shell } of posting) {
    expect(shell.join()).not.toMatch(/POST .*\/federation /)
    expect(text).toContain('../federation.md#one-entry-at-a-time')
    expect(text).toContain('"audiences": ["https://robots.example.com"]')
  }
})

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

describe('the entry that a tool stores is that of the template', () => {
  const entryFor = (audience: string) =>
    fillTemplate(github, { repo: 'acme/web', repository_id: '456789', branch: 'main', audience })

  it('by Ansible', async () => {
    const [[{ tasks }]] = (await readRecipe('ansible.md')).yaml
    const task = tasks.find(
      ({ name }: { name: string }) => name === 'Let GitHub Actions be the robot',
    )
    expect(task['ansible.builtin.uri'].body).toEqual([entryFor('{{ robots }}')])
  })

  it('by Terraform', async () => {
    const [, block = ''] = (await readRecipe('terraform.md')).blocks('hcl')
    const [, list = ''] = /federation = (\[[\s\S]*?\n {2}\}\])/.exec(block) ?? []
    const json = list.replace(/(\w+) += /g, '"$1": ').replace(/(?<![{[,])\n(?! *[}\]])/g, ',\n')
    expect(JSON.parse(json)).toEqual([entryFor('https://robots.example.com')])
  })
})
