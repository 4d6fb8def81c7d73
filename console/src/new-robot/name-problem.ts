/** As the service has it, which has the last word. */
const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/

/** What is wrong with a short name, while it is typed; nothing of one that is not yet long enough to say. */
export function nameProblem(name: string): string | undefined {
  if (name.length < 2 || NAME.test(name)) return undefined
  if (/[A-Z]/.test(name)) return 'Lower-case letters only'
  if (/[._-]$/.test(name)) return undefined
  return 'Lower-case letters and digits, with single dots, dashes or underscores between them'
}
