import fc from 'fast-check'

/** Texts that have broken parsers, SQL, JavaScript objects, logs or terminals somewhere. */
const KNOWN = [
  ...['', ' ', '\t', '\n', '\0', 'a\0', 'a\n', '\r\nx-injected: 1', '\u007f', '\u2028', '\ufeff'],
  ...[
    'ä',
    'ß',
    'İ',
    '\u212a',
    '\u0663',
    '１２',
    '\u202eab',
    'e\u0301',
    '👩‍👩‍👧',
    '\ud800',
    '\udc00a',
    '\uffff',
  ],
  ...[
    '%',
    '%00',
    '%2e%2e%2f',
    '../../etc/passwd',
    '.',
    '..',
    '/',
    '//',
    '\\',
    'a/b',
    '?',
    '#',
    '&',
    ';',
  ],
  ...[
    "' OR 1=1 --",
    '"',
    '`',
    '$1',
    '$(id)',
    '{{7*7}}',
    '<script>',
    '_',
    'a_b',
    'LIKE',
    '*',
    '[',
    '(',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'],
  ...[
    'null',
    'undefined',
    'true',
    'false',
    'NaN',
    'Infinity',
    '1e309',
    '0x10',
    '-0',
    '1_000',
    ' 7 ',
  ],
  ...['-1', '9007199254740993', '99999999999999999999', '2147483648', '٣'],
  ...[
    '+',
    'a+',
    '+a',
    'a+b',
    'a+b+c',
    'acme+deployer',
    '$oauthtoken',
    '$app',
    '02/29/2023',
    '13/45/2020',
  ],
  ...['a'.repeat(256), 'ab'.repeat(2_000), 'a.'.repeat(1_000), '+'.repeat(300), '/'.repeat(300)],
]

/** Any UTF-16, halves of surrogate pairs among it. */
const utf16 = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units))

/** Text that nobody would send by mistake. */
export const hostileText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom(...'+.-_:/,%=& \0aZ9é'), maxLength: 20 }),
  },
  { weight: 1, arbitrary: utf16 },
)

/** What the rules for names admit. */
export const validName = fc
  .stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, { maxLength: 40 })
  .filter(({ length }) => length >= 2)

/** Valid names, and texts that nearly are. */
export const nameLike = fc.oneof(
  { weight: 3, arbitrary: validName },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'ab9._-+A/\n'), maxLength: 10 }) },
  { weight: 1, arbitrary: fc.integer({ min: 250, max: 260 }).map((length) => 'n'.repeat(length)) },
  { weight: 1, arbitrary: hostileText },
)
