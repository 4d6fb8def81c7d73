/**
 * The URL that a text is (WHATWG URL Standard), undefined if it is none. `URL.canParse` is not asked: on
 * Node 20 it denies URLs with letters such as ä as soon as V8 has compiled what calls it.
 */
export function parseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
