import { Connection } from './load/connection.ts'
import { bytesOf, type Request } from './load/requests.ts'

export interface Seen {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** Headers of the connection and of the request alone, and the length of what is compared anyway. */
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'content-length', 'x-request-id'])

/** Asks a server on a connection of its own. */
export async function ask(port: number, request: Request): Promise<Seen> {
  const connection = new Connection(port)
  const { status, head, body } = await connection.send(bytesOf(request))
  connection.close()
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(': ', 2) as [string, string])
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !OWN_HEADERS.has(name))
    .sort()
  return { status, headers: Object.fromEntries(headers), body: JSON.parse(body.toString()) }
}
