/** Words of the service that stand alone: they begin and end as a sentence does. */
export function sentence(words: string): string {
  const begun = words.slice(0, 1).toUpperCase() + words.slice(1)
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
