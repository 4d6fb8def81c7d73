/** What follows `?` in an address; a name that comes twice has a list of values. */
export type Search = Record<string, string | string[]>

/** Plain text, not JSON as the router would have it: `?q=deploy&label=team:web` is for people to write. */
export function parseSearch(text: string): Search {
  const parameters = new URLSearchParams(text)
  const search: Search = {}
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name)
    search[name] = values.length > 1 ? values : (values[0] ?? '')
  }
  return search
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== '') parameters.append(name, String(one))
    }
  }
  const text = parameters.toString()
  return text && `?${text}`
}
