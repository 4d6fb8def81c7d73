/** A browser that goes from address to address, as it is sent, with the cookies of each. */
export function createTraveller() {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (url: URL) => {
    const jar = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, jar)
    return jar
  }

  /** @param more headers, as a browser adds them to what a page of its own links to */
  async function visit(address: string, more: Record<string, string> = {}) {
    const url = new URL(address)
    const jar = jarOf(url)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', ...more, ...(cookie !== '' && { cookie }) }
    const answer = await fetch(url, { redirect: 'manual', headers })
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const location = answer.headers.get('location')
    const next = location === null ? undefined : new URL(location, url).href
    return { status: answer.status, text: await answer.text(), next }
  }

  return {
    visit,

    /** Goes on until nobody sends it further, or to where `stops` says. */
    async travel(address: string, stops: (url: string) => boolean) {
      let at = address
      for (let steps = 0; steps < 20 && !stops(at); steps++) {
        const { status, text, next } = await visit(at)
        if (next === undefined) return { at, status, text }
        at = next
      }
      return { at, status: 0, text: '' }
    },

    cookies: (address: string) => Object.fromEntries(jarOf(new URL(address))),
    /** Puts a cookie into the jar, as it is in another one. */
    put: (address: string, name: string, value: string) => jarOf(new URL(address)).set(name, value),
  }
}

export type Traveller = ReturnType<typeof createTraveller>
