interface Problem<Field extends string> {
  /** What is said of each field. */
  of: Partial<Record<Field, string>>
  /** What is said of none of them. */
  rest: string | undefined
}

/** Sorts what the service refused to the field that its words name (`Invalid username …`, `email: …`). */
export function problemOf<Field extends string>(
  error: Error | null,
  fields: readonly Field[],
): Problem<Field> {
  if (!error) return { of: {}, rest: undefined }
  const words = error.message.toLowerCase()
  const field = fields.find((name) => words.includes(name))
  if (field === undefined) return { of: {}, rest: error.message }
  return { of: { [field]: error.message } as Problem<Field>['of'], rest: undefined }
}
