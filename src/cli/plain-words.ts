/** Words of Quay's API, which clients depend on, and what they say. */
const PLAIN: [RegExp, string][] = [
  [
    /^Username has already been taken by user cannot be reused: (.+)$/,
    'There is already a user $1',
  ],
  [
    /^Username has already been taken by an organization and cannot be reused: (.+)$/,
    'There is already an organization $1',
  ],
  [/^Email has already been used$/, 'Another account has this e-mail address already'],
]

/** A refusal of the API as a person at the command line reads it. */
export const inPlainWords = (message: string): string =>
  PLAIN.reduce((text, [pattern, plain]) => text.replace(pattern, plain), message)
