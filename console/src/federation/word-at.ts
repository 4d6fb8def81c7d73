/** Between the words of a subject, an address or a reference. */
const SEPARATOR = /[/:@,\s]/

/** Cuts a text before and after the word that has, or ends before, the character; characters are counted from 0. */
export function wordAt(
  text: string,
  position: number,
): [before: string, word: string, after: string] {
  const characters = [...text]
  const isInWord = (at: number) => !SEPARATOR.test(characters[at] ?? '/')
  let [start, end] = [position, position]
  while (isInWord(start - 1)) start--
  while (isInWord(end)) end++
  const [before, word, after] = [[0, start], [start, end], [end]].map(([from, to]) =>
    characters.slice(from, to).join(''),
  ) as [string, string, string]
  return [before, word, after]
}
