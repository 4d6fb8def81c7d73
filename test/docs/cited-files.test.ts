import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

// Comments, and titles of tests, name files that are in the repository: its own pages, code, scripts and SQL. Those of
// other projects are written in other languages, or cited by the name of the project.

const FOLDERS = ['bench', 'chaos', 'lab', 'scripts', 'src', 'test']
const LEFT_OUT = new Set(['.git', 'dist', 'generated', 'node_modules'])

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesIn(path) : [path]
    })

const all = filesIn('.')
/** As it was recorded; its usage names a file that its reader would write. */
const COPY = 'test/golden/replay-golden.mjs'
const code = FOLDERS.flatMap(filesIn).filter((path) => /\.(ts|mjs|py)$/.test(path) && path !== COPY)

/** Apart from the name here, which would be cited by this file. */
const MD = '.md'

const COMMENTS = /(?<![:'"`])\/\/.*|\/\*[\s\S]*?\*\/|^\s*# .*/gm
const TITLES = /\b(?:describe|it|test)(?:\.\w+(?:\([^)]*\))?)*\(\s*(['"`])(.*?)\1/g
const CITED =
  /(?<![\w./@>*-])(?!https?:)[\w.-]+(?:\/[\w.-]+)*\.(?:md|ts|mjs|sh|sql|prisma|yaml)\b(?!\()/g

/** The files that comments and titles name. */
function citationsIn(text: string): string[] {
  const titles = [...text.matchAll(TITLES)].map(([, , title = '']) => title)
  const words = [...(text.match(COMMENTS) ?? []), ...titles].join('\n')
  return words.match(CITED) ?? []
}

/** By its path from the root or the citing file, or by the end of its path. */
const isHere = (name: string, from: string) =>
  existsSync(name) ||
  existsSync(join(dirname(from), name)) ||
  all.some((path) => path.endsWith(`/${name}`))

it('finds what is cited, and what is missing', () => {
  const text = [
    `it('does as gone${MD} says', () => {})`,
    `// As docs/README${MD} and no/such${MD} have it, and https://example.com/page${MD}`,
    `const page = read('fixtures/away${MD}') // see lost${MD}`,
  ].join('\n')
  const cited = citationsIn(text)
  expect(cited).toEqual(['docs/README.md', 'no/such.md', 'lost.md', 'gone.md'])
  expect(cited.filter((name) => isHere(name, 'test/x.ts'))).toEqual(['docs/README.md'])
})

it('cites no file that is not here', () => {
  const cited = code.flatMap((path) =>
    citationsIn(readFileSync(path, 'utf8')).map((name) => ({ path, name })),
  )
  expect(cited.length).toBeGreaterThan(50)
  const missing = cited.filter(({ path, name }) => !isHere(name, path))
  expect(missing.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
})
