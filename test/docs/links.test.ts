import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it, test } from 'vitest'

// Pages lead to pages and headings that there are, and the index of docs/ to all of it.

const FOLDERS = ['.', 'docs', 'docs/recipes', 'openapi', 'bench', 'chaos']
const pages = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => normalize(join(folder, name))),
)

/** Without what stands in code, where nothing is a link. */
const proseOf = (page: string) =>
  readFileSync(page, 'utf8')
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/`[^`\n]*`/g, (code) => '_'.repeat(code.length))

/** Links to files of this repository, as path from its root and heading. */
const linksOf = (page: string) =>
  [...proseOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([, path = '', heading]) => ({
      path: path === '' ? page : normalize(join(dirname(page), path)),
      heading,
    }),
  )

/** As GitHub makes them. */
const anchorsOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

describe.each(pages)('%s', (page) => {
  it('links to files and headings that there are', () => {
    const broken = linksOf(page).filter(
      ({ path, heading }) =>
        !existsSync(path) ||
        (heading !== undefined && !(statSync(path).isFile() && anchorsOf(path).includes(heading))),
    )
    expect(broken).toEqual([])
  })
})

test('the index names every page of docs/', () => {
  const named = linksOf('docs/README.md').map(({ path }) => path)
  const inDocs = pages.filter((page) => dirname(page) === 'docs' && page !== 'docs/README.md')
  expect(inDocs.length).toBeGreaterThan(7)
  expect(inDocs.filter((page) => !named.includes(page))).toEqual([])
})

test('the README is read in five minutes', () => {
  expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(151)
})
