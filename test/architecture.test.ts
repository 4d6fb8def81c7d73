import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

/** What may be imported by a folder: types alone, or values too. */
type Allowed = Map<string, 'types' | 'values'>

interface Import {
  file: string
  /** Path of the file within `src`, or the name of a package. */
  to: string
  types: boolean
}

const SRC = new URL('../src', import.meta.url).pathname
const ROW = /^\| `src\/([\w/-]+)` \|.*\| ([^|]+) \|$/gm
const IMPORT = /^(?:import|export)( type)? [^']*?from '([^']+)'|\bimport\('([^']+)'\)/gm

/** The tables of folders and rooms in ARCHITECTURE.md. */
function readTable() {
  const table = new Map<string, Allowed>()
  const text = readFileSync(new URL('../ARCHITECTURE.md', import.meta.url), 'utf8')
  for (const [, folder = '', names = ''] of text.matchAll(ROW)) {
    const entries = names === 'nothing' ? [] : names.split(', ').map(entryOf)
    table.set(folder, new Map(entries))
  }
  return table
}

const entryOf = (name: string): [string, 'types' | 'values'] =>
  name.endsWith(' (types)') ? [name.slice(0, -' (types)'.length), 'types'] : [name, 'values']

const table = readTable()

/** Paths of all source files within `src`, but those that Prisma makes. */
const files = readdirSync(SRC, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
  .filter((file) => !file.startsWith('generated/'))
  .sort()

const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(IMPORT)].map(([, type, from, dynamic]) => {
    const name = from ?? dynamic ?? ''
    const to = name.startsWith('.') ? join(dirname(file), name) : name
    return { file, to, types: type !== undefined }
  }),
)

/** The folder at the top; `src/services.ts` counts as its folder, the other files there as none. */
const folderOf = (file: string) => {
  if (file === 'services.ts') return 'services'
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : undefined
}
/** `services/keys` of `services/keys/key-rotation.ts`. */
const roomOf = (file: string) => /^services\/[^/]+(?=\/)/.exec(file)?.[0]

const isLet = (allowed: Allowed | undefined, name: string, types: boolean) => {
  const kind = allowed?.get(name)
  return kind === 'values' || (kind === 'types' && types)
}

it('has a row for each folder and each room, and no other', () => {
  const folders = files.flatMap((file) => (file.includes('/') ? [dirname(file)] : []))
  expect([...table.keys()].sort()).toEqual([...new Set(folders)].sort())
})

it.each([...new Set(files.map(folderOf))].filter((folder) => folder !== undefined))(
  'lets src/%s import what its row says',
  (folder) => {
    const allowed = table.get(folder)
    if (allowed?.has('everything')) return
    const outside = imports.filter(({ file, to }) => {
      const other =
        existsSync(join(SRC, to)) || to.startsWith('generated/') ? folderOf(to) : undefined
      return (
        file !== 'services.ts' &&
        folderOf(file) === folder &&
        other !== undefined &&
        other !== folder
      )
    })
    expect(outside.filter(({ to, types }) => !isLet(allowed, folderOf(to) ?? '', types))).toEqual(
      [],
    )
  },
)

it('lets no folder import what lies beside the folders', () => {
  const isBeside = (path: string) => files.includes(path) && folderOf(path) === undefined
  const beside = imports.filter(
    ({ file, to }) => file.includes('/') && !file.startsWith('cli/') && isBeside(to),
  )
  expect(beside).toEqual([])
})

it('lets a room of src/services import the rooms that its row names', () => {
  const strangers = imports.filter(({ file, to, types }) => {
    const [from, other] = [roomOf(file), roomOf(to)]
    if (from === undefined || other === undefined || from === other) return false
    return !isLet(table.get(from), other.slice('services/'.length), types)
  })
  expect(strangers).toEqual([])
})

it('has no circle, of types neither', () => {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '))
    else if (!done.has(file)) {
      for (const { to } of imports.filter((one) => one.file === file)) visit(to, [...way, file])
      done.add(file)
    }
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

it('keeps the console and the service apart: they meet at the API', () => {
  const root = join(SRC, '..')
  const folders = ['console/src', 'test/console']
  const strangers = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => /\.tsx?$/.test(entry.name))
      .flatMap((entry) => {
        const text = readFileSync(join(entry.parentPath, entry.name), 'utf8')
        return [...text.matchAll(IMPORT)].map(([, , from, dynamic]) =>
          relative(root, join(entry.parentPath, from ?? dynamic ?? '')),
        )
      }),
  )
  expect(strangers.filter((to) => to.startsWith('src/'))).toEqual([])
  expect(imports.filter(({ to }) => to.startsWith('../console'))).toEqual([])
})

it('keeps src/services to its rooms', () => {
  const loose = files.filter((file) => dirname(file) === 'services')
  expect(loose.length).toBeLessThanOrEqual(4)
})

/** How code asks the database: by SQL, or by Prisma's model API. */
const QUERY =
  /\$(query|execute)Raw|Prisma\.(sql|raw)|\bstatement[<(]|\b(db|tx)\.\w+\.(find|count|create|update|upsert|delete|aggregate|groupBy)/

it('asks the database in src/queries alone', () => {
  const asking = files.filter((file) => QUERY.test(readFileSync(join(SRC, file), 'utf8')))
  const folders = new Set(asking.map(folderOf))
  expect([...folders].sort()).toEqual(['db', 'queries'])
})

it('joins tables by SQL: a relation of a model is another query', () => {
  const joining = files.filter((file) =>
    /\w: \{\s*(select|include): /.test(readFileSync(join(SRC, file), 'utf8')),
  )
  expect(joining).toEqual([])
})

it('keeps input and output out of src/domain', () => {
  // Computing only: addresses, hashes, a checksum.
  const packages = imports
    .filter(({ file, to }) => folderOf(file) === 'domain' && !files.includes(to))
    .map(({ to }) => to)
  expect([...new Set(packages)].sort()).toEqual(['ipaddr.js', 'node:crypto', 'node:zlib'])
})

it('gives the shapes that reach src/schemas names, so that what is added to a row is not sent by chance', () => {
  const inferred = files.filter(
    (file) =>
      folderOf(file) === 'schemas' && readFileSync(join(SRC, file), 'utf8').includes('ReturnType<'),
  )
  expect(inferred).toEqual([])
})
