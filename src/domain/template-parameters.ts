import type { ClaimCondition } from './claim-conditions.ts'
import type { FederationEntry } from './federation-entry.ts'
import type { TemplateParameter } from './federation-template.ts'

// What templates of several platforms ask for, and how it becomes a part of an entry.

/** How long the robot token of a job lives: it is got just before it is used (seconds). */
export const JOB_TOKEN_LIFE = 900

export const AUDIENCE: TemplateParameter = {
  description: 'The address of this service, which the job asks a token for',
  placeholder: 'https://robots.example.com',
}

export const BRANCH = {
  description: 'The branch of the job, or a pattern such as release/*',
  placeholder: 'BRANCH',
  optional: true,
} as const

export const TAG = {
  description: 'The tag of the job, or a pattern such as v*',
  placeholder: 'TAG',
  optional: true,
} as const

export const NUMBER = { pattern: /^\d+$/, words: 'a number' }
export const UUID = {
  pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  words: 'a UUID in lower case',
}
/** A name in which nothing stands for something else. */
export const NAME = { pattern: /^[\w.-]+$/, words: 'a name: letters, digits, . _ and -' }
/** A path of two names or more. */
export const PATH = {
  pattern: /^[\w.-]+(?:\/[\w.-]+)+$/,
  words: 'a path as acme/web: letters, digits, . _ - and / between them',
}

/** Names of which one is enough; as many as a condition may have. */
export const NAMES = {
  pattern: /^\w+(?: *, *\w+){0,49}$/,
  words: 'at most 50 names with commas between them: letters, digits and _',
}

/** The full name of a branch or a tag in Git. */
export const refOf = ({ branch, tag }: { branch: string | undefined; tag: string | undefined }) =>
  branch === undefined ? `refs/tags/${tag}` : `refs/heads/${branch}`

/** A text as a part of a pattern: all of it stands for itself. */
export const literally = (text: string) => text.replace(/[\\*]/g, '\\$&')

/** The subject that is this, or a pattern where there is a star. */
export const subjectOf = (pattern: string): Pick<FederationEntry, 'subject' | 'subject_match'> =>
  isPattern(pattern) ? { subject: pattern, subject_match: 'glob' } : { subject: pattern }

/** The condition that a claim is this, or text of a pattern where there is a star. */
export const claimOf = (pattern: string): ClaimCondition =>
  isPattern(pattern) ? { glob: pattern } : pattern

const isPattern = (text: string) => /[\\*]/.test(text)

/** The condition that a claim is one of these, which are separated by commas. */
export function oneOfThese(list: string): ClaimCondition {
  const values = list.split(',').map((value) => value.trim())
  return values.length === 1 ? list : values
}
