import fc from 'fast-check'
import { hostileText } from '../texts.ts'
import type { Target } from './document.ts'
import { hostileValue, type Source, valuesOf } from './json.ts'

export interface Body {
  contentType?: string | string[]
  content?: string | Buffer
}

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

/** More than the service reads (bytes). */
const TOO_LARGE = 1_048_577

/** What is no JSON, or none that anybody should keep. */
const BROKEN_JSON: (string | Buffer)[] = [
  ...[
    '',
    ' ',
    'null',
    '[]',
    '{}',
    '{',
    '}',
    'true',
    '7',
    '"x"',
    "{'a':1}",
    '{"a":1,}',
    'NaN',
    '{"a":1e999}',
  ],
  ...['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"admin":true}}}'],
  ...['{"name":"a","name":"b"}', '{"role":"read","role":"admin"}', '\ufeff{}', '{"a":"\ud800"}'],
  ...['['.repeat(20_000), '{"a":'.repeat(20_000), `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ...[Buffer.from([0xff, 0xfe]), Buffer.from('{"description":"\xe4"}', 'latin1'), Buffer.alloc(3)],
  `{"description":"${'x'.repeat(100_000)}"}`,
]

const WRONG_TYPES = [
  ...[
    'text/plain',
    FORM_TYPE,
    'multipart/form-data; boundary=x',
    'application/xml',
    '*/*',
    ';',
    '\xff',
  ],
  ...[
    'application/json; charset=latin1',
    'application/json;',
    'APPLICATION/JSON',
    'application/vnd.x+json',
  ],
  ...['json', 'application/json, application/json', 'application/jsonp', 'application/ json'],
]

const asText = (value: unknown) =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')

const asForm = (value: unknown) =>
  new URLSearchParams(
    Object.entries(Object(value)).flatMap(([key, field]) =>
      [field].flat().map((one): [string, string] => [key, asText(one).toWellFormed()]),
    ),
  ).toString()

/** As clients send them. */
function goodBodies({ operation }: Target, source: Source): fc.Arbitrary<Body> {
  const [[contentType, { schema }] = ['', { schema: {} }]] = Object.entries(
    operation.requestBody?.content ?? {},
  )
  const write = contentType === FORM_TYPE ? asForm : JSON.stringify
  return valuesOf(schema, source).map((value) => ({ contentType, content: write(value) }))
}

const badBodies: fc.Arbitrary<Body> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...BROKEN_JSON)
      .map((content) => ({ contentType: JSON_TYPE, content })),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      contentType: fc.constantFrom<(string | string[])[]>(...WRONG_TYPES, [
        JSON_TYPE,
        'text/plain',
      ]),
      content: fc.constantFrom('', '{}', '{"role":"read"}', 'a=b', 'x'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(hostileText, hostileText), { maxLength: 4 })
      .map((pairs) => pairs.map(([key, text]) => [key.toWellFormed(), text.toWellFormed()]))
      .map((pairs) => ({
        contentType: FORM_TYPE,
        content: new URLSearchParams(pairs as [string, string][]).toString(),
      })),
  },
  {
    weight: 4,
    arbitrary: hostileValue.map((value) => ({
      contentType: JSON_TYPE,
      content: JSON.stringify(value) ?? '',
    })),
  },
  { weight: 2, arbitrary: fc.constant({ content: '{"role":"read"}' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(JSON_TYPE, FORM_TYPE).map((contentType) => ({
      contentType,
      content: 'x'.repeat(TOO_LARGE),
    })),
  },
)

/** A body for the operation; mostly none where it has none. */
export const bodiesOf = (target: Target, source: Source): fc.Arbitrary<Body> =>
  target.operation.requestBody
    ? fc.oneof(
        { weight: 14, arbitrary: goodBodies(target, source) },
        { weight: 5, arbitrary: badBodies },
        { weight: 1, arbitrary: fc.constant({}) },
      )
    : fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: badBodies })
