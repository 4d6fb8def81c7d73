import fc from 'fast-check'
import { hostileText, nameLike } from '../texts.ts'
import type { RequestSchema, Target } from './document.ts'

/** What the names in a path, a query or a body can be of what is really there. */
export interface Names {
  existingIn: (path: string) => Record<string, string>
  absent: Record<string, string>
  /** Any of them. */
  all: fc.Arbitrary<string>
  /** What fields of bodies can hold that not any text will do for, by their name. */
  fields: Record<string, string[]>
}

const UNRESERVED = /[A-Za-z0-9._~-]/

/** Every byte of UTF-8 but the unreserved ones; half a surrogate pair becomes U+FFFD. */
const percentEncode = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => String.fromCharCode(byte))
    .map((char) =>
      UNRESERVED.test(char) ? char : `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('')

/** Sent as they are: escapes that are none, and bytes that are no UTF-8. */
const BROKEN_ESCAPES = [
  '%',
  '%zz',
  '%ff',
  '%c3%28',
  '%ed%a0%80',
  '%00',
  '%2F',
  '%252F',
  'a%',
  '%u0041',
]

/** A path has no empty segment, which would make it the path of something else. */
const NOTHING = '%20'

const encodedText = fc.oneof(
  { weight: 9, arbitrary: hostileText.map((text) => percentEncode(text) || NOTHING) },
  { weight: 1, arbitrary: fc.constantFrom(...BROKEN_ESCAPES) },
)

/** Without a slash `x/logs` is not the log of a repository but a repository. */
const NESTED = /\/|%2f/i

/** What may be deleted, renamed or disabled: without the rest no other request would get far. */
const EXPENDABLE: Record<string, Record<string, string>> = {
  deleteAdminedOrganization: { orgname: 'doomed' },
  deleteRepository: { repository: 'acme/doomed' },
  deleteOrganization: { name: 'doomed' },
  changeOrganization: { name: 'doomed' },
  changeInstallUser: { username: 'carol' },
  deleteInstallUser: { username: 'carol' },
}

/** The path with something in place of every parameter; a deletion seldom hits what others need. */
export function pathsOf({ path, method, operation }: Target, names: Names): fc.Arbitrary<string> {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const existing = names.existingIn(path)
  const values = parameters.map((name, index) => {
    const isDeleted = method === 'delete' && index === parameters.length - 1
    const known = EXPENDABLE[operation.operationId]?.[name] ?? existing[name] ?? 'doomed'
    return fc
      .oneof(
        {
          weight: isDeleted ? 4 : 50,
          arbitrary: fc.constantFrom(known, encodeURIComponent(known)),
        },
        { weight: 6, arbitrary: fc.constant(percentEncode(names.absent[name] ?? 'nowhere')) },
        {
          weight: isDeleted ? 0 : 2,
          arbitrary: names.all.map((text) => percentEncode(text) || NOTHING),
        },
        { weight: 2, arbitrary: nameLike.map((text) => percentEncode(text) || NOTHING) },
        { weight: 4, arbitrary: encodedText },
      )
      .map((text) => (name === 'repository' && !NESTED.test(text) ? `acme%2F${text}` : text))
  })
  return fc.tuple(...values).map((texts) => {
    const rest = [...texts]
    return path.replace(/\{\w+\}/g, () => rest.shift() ?? '')
  })
}

function queryValue(schema: RequestSchema, names: Names): fc.Arbitrary<string> {
  const fitting =
    schema.type === 'integer'
      ? fc.integer({ min: -1, max: 200 }).map(String)
      : schema.type === 'boolean'
        ? fc.constantFrom('true', 'false', 'True', '0', '1', '')
        : schema.enum
          ? fc.constantFrom(...schema.enum.map(String))
          : fc.oneof(names.all, QUERY_TEXT)
  return fc.oneof(
    { weight: 2, arbitrary: fitting.map(percentEncode) },
    { weight: 1, arbitrary: encodedText },
  )
}

/** Of the formats that parameters have. */
const QUERY_TEXT = fc.constantFrom(
  ...['11/23/2026', '1/1/0001', '12/31/9999', '02/30/2026', 'YWNtZQ', 'bmFtZQ==', 'AA', 'acme'],
  ...['repository:acme/team/web:pull', 'repository:acme/new/app:push,pull', 'registry:catalog:*'],
  ...[
    'repository:acme/team/web:pull repository:open/web:*',
    'repository(plugin):a/b:c',
    'x:y:z',
    ':::',
  ],
)

const STRAY = fc.constantFrom(
  '__proto__=1',
  'a[b]=c',
  'constructor=x',
  '=',
  '&&',
  'x',
  '%',
  '%00=%00',
)

/** Often none; parameters that are declared, now and then twice, and sometimes one that is not. */
export function queriesOf({ operation }: Target, names: Names): fc.Arbitrary<string> {
  const declared = (operation.parameters ?? []).filter((one) => one.in === 'query')
  const pairs = declared.map(({ name, schema }) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<string[]>([]) },
      {
        weight: 2,
        arbitrary: fc
          .array(queryValue(schema, names), { minLength: 1, maxLength: 2 })
          .map((values) => values.map((value) => `${name}=${value}`)),
      },
    ),
  )
  const stray = fc.oneof(
    { weight: 9, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: STRAY.map((one) => [one]) },
  )
  const some = fc
    .tuple(...pairs, stray)
    .map((parts) => parts.flat())
    .map((parts) => (parts.length > 0 ? `?${parts.join('&')}` : ''))
  // The more parameters an operation has, the fewer of such queries are good.
  return fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 2, arbitrary: some })
}
