interface Problem<Field extends string> {
  /** What is said of each field. */
  of: Partial<Record<Field, string>>
  /** What is said of none of them. */
  rest: string | undefined
}

/**
 * Sorts what the service refused to the field that its words name first (`Invalid username …`, `email: …`); of names that begin
 * alike, to the longest.
 */
export function problemOf<Field extends string>(
  error: Error | null,
  fields: readonly Field[],
): Problem<Field> {
  if (!error) return { of: {}, rest: undefined }
  const words = error.message.toLowerCase()
  const [field] = fields
    .filter((name) => words.includes(name))
    .sort((one, other) => words.indexOf(one) - words.indexOf(other) || other.length - one.length)
  if (field === undefined) return { of: {}, rest: error.message }
  const of = { [field]: withoutKey(error.message, field) } as Problem<Field>['of']
  return { of, rest: undefined }
}

/** What the service says against the one field of a form. */
export const problemAt = (error: Error | null, field: string): string | undefined =>
  error ? withoutKey(error.message, field) : undefined

/** What stands at a field need not begin with what programs call it: `permissions: …`, `body/email …`, `expires_in must …`. */
function withoutKey(words: string, field: string): string {
  const key = `(?:body|querystring)/${field}\\S* |${field}: |${field} (?=must |is |has |holds |')`
  return words.replace(new RegExp(`^(?:${key})`), '')
}
