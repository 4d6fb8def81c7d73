import type { Words } from './template-query.ts'

/** The platform, and what the wizard begins with of that platform's words. */
export type WizardSearch = Words & {
  platform?: string
  /** Of the token that the words are of; several with a space between. */
  token_audience?: string
  /** Who has none: that token, or the entry as well. */
  no_audience?: 'token' | 'entry'
}

/**
 * What an address of the wizard has; the words are not in its type, which other pages have a part in.
 * @param search what follows `?`; of several with one name the first counts
 */
export function readWizardSearch(search: Record<string, unknown>): Pick<WizardSearch, 'platform'> {
  const words: Record<string, string> = {}
  for (const [name, value] of Object.entries(search)) {
    const [first] = Array.isArray(value) ? value : [value]
    if (typeof first === 'string') words[name] = first
  }
  return words
}
