/** The first characters of a text that anybody may have sent. Half a character is replaced: not every reader takes it. */
export const beginningOf = (text: string, max: number): string =>
  [...text.slice(0, 2 * max)].slice(0, max).join('').toWellFormed()

/** The same, where it shows that there was more. */
export function abridged(text: string, max: number): string {
  const beginning = beginningOf(text, max)
  return beginning.length < text.length ? `${beginning}…` : beginning
}
