/**
 * What was pasted: claims where it is a JSON object, else a token.
 * @throws {Error} where it begins like claims, and is none
 */
export function presentedOf(text: string): { token: string } | { claims: Record<string, unknown> } {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return { token: trimmed }
  try {
    return { claims: JSON.parse(trimmed) }
  } catch {
    throw new Error('It begins like claims, but is no JSON: paste all from { to }.')
  }
}
