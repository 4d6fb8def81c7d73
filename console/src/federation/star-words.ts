import type { EntryText } from './entry-text.ts'

const LITERAL =
  'A * stands for itself here, and no platform writes one into sub: nobody would get in. ' +
  'Write all of sub out, or choose above that it is like the pattern.'

const OF_ANY = 'Every job whose sub fits gets in. Write out all that is known of it.'
const OF_ALL = 'Whoever has, or gets, such a name at GitHub gets in. Write owner and name out.'
const OF_OWNER =
  'Jobs of all repositories that fit get in, of those to come, too. ' +
  'Write one out; each other is let in by an entry of its own.'
const OF_CONTEXT =
  'All jobs of the repository that fit get in: by ** those of pull requests, too. ' +
  'Write one branch out, as ref:refs/heads/main, or an environment, whose rules say who may.'
const OF_PULL_REQUESTS =
  'Jobs of pull requests get in, and those of branches do not, as * is for no : and no /. ' +
  'Write one branch out, as ref:refs/heads/main, or an environment, whose rules say who may.'
const PINNED = 'Only jobs of the repository with this repository_id get in, whatever it is called.'

/** What a star in the subject would let in, and what to choose instead. */
export function starInSubject(text: Pick<EntryText, 'subject' | 'subject_match' | 'claims'>) {
  const { subject, subject_match: match, claims } = text
  if (!subject.includes('*')) return {}
  if (match === 'exact') return { problem: LITERAL }
  const isPinned = claims.some(
    ({ name, comparison, value }) =>
      name === 'repository_id' && comparison === 'text' && value !== '',
  )
  return { hint: inSubjectOfGithub(subject, isPinned) ?? OF_ANY }
}

/** Which part of `repo:OWNER/NAME:CONTEXT` is left open, the widest first; undefined: it is no such subject. */
function inSubjectOfGithub(subject: string, isPinned: boolean) {
  const parts = /^repo:([^/:]*)(?:\/([^:]*))?(?::(.*))?$/.exec(subject)
  if (!parts) return undefined
  const [, owner = '', name = '*', context = ''] = parts
  if (!isPinned && owner.includes('*')) return OF_ALL
  if (!isPinned && name.includes('*')) return OF_OWNER
  if (context === '*') return OF_PULL_REQUESTS
  // ** is for : and what follows, too.
  return `${owner}/${name}`.includes('**') || context.includes('*') ? OF_CONTEXT : PINNED
}

const OF_PLACE =
  'With a * jobs of all that fit would get in, of those to come, too. Name one; each other is let in by an entry of its own.'

/** The same of what platforms call a part of it. */
const OF_WORDS: Readonly<Record<string, string>> = {
  repo: OF_PLACE,
  project: OF_PLACE,
  branch: 'Jobs of all branches that fit get in. Name one, unless you trust all who may push such.',
  tag: 'Jobs of all tags that fit get in. Name one, unless you trust all who may push such.',
  environment: 'A * stands for itself here. Each environment is let in by an entry of its own.',
}

export const starInWord = (name: string, value: string): string | undefined =>
  value.includes('*') ? OF_WORDS[name] : undefined
