/** A request; `{n}` in its path is another number each time. */
export interface Request {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
}

const COUNTER = '{n}'

/** Gives the bytes of the requests in turn; `first` is where the numbers begin. */
export function createSource(requests: Request[], first: number): () => Buffer {
  const ready = requests.map((request) => ({
    bytes: bytesOf(request),
    text: request.path.includes(COUNTER) ? textOf(request) : undefined,
  }))
  let index = 0
  let made = first
  return () => {
    const { bytes, text } = ready[index++ % ready.length] as (typeof ready)[number]
    return text === undefined ? bytes : Buffer.from(text.replace(COUNTER, String(made++)))
  }
}

export const bytesOf = (request: Request) => Buffer.from(textOf(request))

function textOf({ method, path, headers, body = '' }: Request) {
  const all: Record<string, string> = { host: '127.0.0.1', 'user-agent': 'bench', ...headers }
  if (method !== 'GET') all['content-length'] = String(Buffer.byteLength(body))
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
