type Labels = Record<string, string>

/** `team:web`, a line each. */
export const labelsAsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}:${value}`)
    .join('\n')

/** What is written, as labels; a line without colon is a label without value. */
export function labelsOfText(text: string): Labels {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    }),
  )
}

/** The merge patch from some labels to others: null takes one away. */
export function labelsPatch(before: Labels, after: Labels): Record<string, string | null> {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...after }
}
