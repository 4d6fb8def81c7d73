const WRITTEN: Record<string, string> = {
  id: 'ID',
  uid: 'UID',
  uuid: 'UUID',
  url: 'URL',
  spiffe: 'SPIFFE',
  repo: 'repository',
  ref: 'keys, by name',
}

/** `repository_id` as people read it: `Repository ID`. */
export function parameterLabel(name: string): string {
  const words = name.split('_').map((word) => WRITTEN[word] ?? word)
  const text = words.join(' ')
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
