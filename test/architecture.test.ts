import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** What may be imported by a folder: `(types)` alone, or values too. */
type Allowed = Map<string, 'types' | 'values'>

const ROW = /^\| `src\/(\w+)` \|.*\| ([^|]+) \|$/gm
const IMPORT = /^(?:import|export)( type)? [^']*?from '([^']+)'|\bimport\('([^']+)'\)/gm

/** The table of folders in ARCHITECTURE.md. */
function readTable() {
  const table = new Map<string, Allowed>()
  for (const [, folder = '', text = ''] of read('ARCHITECTURE.md').matchAll(ROW)) {
    const names = text === 'nothing' ? [] : text.split(', ')
    table.set(folder, new Map(names.map((name) => entryOf(name))))
  }
  return table
}

const entryOf = (name: string): [string, 'types' | 'values'] =>
  name.endsWith(' (types)') ? [name.slice(0, -' (types)'.length), 'types'] : [name, 'values']

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const table = readTable()
const folders = readdirSync(new URL('../src', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'generated')
  .map(({ name }) => name)

const imports = (folder: string) =>
  readdirSync(new URL(`../src/${folder}`, import.meta.url)).flatMap((file) =>
    [...read(`src/${folder}/${file}`).matchAll(IMPORT)].map(([, type, from, dynamic]) => ({
      file: `${folder}/${file}`,
      from: from ?? dynamic ?? '',
      types: type !== undefined,
    })),
  )

it('has a row for each folder', () => {
  expect([...table.keys()].sort()).toEqual(folders.sort())
})

it.each(folders.filter((folder) => !table.get(folder)?.has('everything')))(
  'lets src/%s import what its row says',
  (folder) => {
    const allowed = table.get(folder)
    // Of a folder beside it, or of `src/services.ts`, which counts as its folder.
    const outside = imports(folder).flatMap(({ from, ...line }) => {
      const to = /^\.\.\/(\w+)/.exec(from)?.[1]
      return to === undefined ? [] : [{ ...line, to }]
    })
    expect(
      outside.filter(({ to, types }) => {
        const kind = allowed?.get(to)
        return kind === undefined || (kind === 'types' && !types)
      }),
    ).toEqual([])
    expect(imports(folder).length).toBeGreaterThan(0)
  },
)

it('keeps input and output out of src/domain', () => {
  // Computing only: addresses, hashes, a checksum.
  const packages = imports('domain')
    .map(({ from }) => from)
    .filter((from) => !from.startsWith('.'))
  expect([...new Set(packages)].sort()).toEqual(['ipaddr.js', 'node:crypto', 'node:zlib'])
})
