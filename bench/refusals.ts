import { ask } from './ask.ts'
import type { Request } from './load/requests.ts'
import type { Operation } from './operations.ts'

/** Whoever has other credentials is refused by both. The service notes that in its log, which has been read by then. */
export async function assertRefusals(
  operations: Operation[],
  ports: { service: number; yardstick: number },
): Promise<void> {
  for (const { name, requests } of operations) {
    for (const request of withOtherCredentials(requests)) {
      for (const port of [ports.service, ports.yardstick]) {
        const { status } = await ask(port, request)
        if (status !== 401) throw new Error(`${name}: wrong credentials are answered ${status}`)
      }
    }
  }
}

/** The first request, with its token changed in one character and, where there is such, with that of the last one. */
function withOtherCredentials(requests: Request[]): Request[] {
  const [first, last] = [requests.at(0), requests.at(-1)]
  if (!first || !last) return []
  const [own, others] = [first, last].map(({ headers }) => credentialsOf(headers))
  if (!own || !others) return []
  const changed = `${own.token.slice(0, -2)}${own.token.at(-2) === 'A' ? 'B' : 'A'}${own.token.at(-1)}`
  return [changed, others.token]
    .filter((token) => token !== own.token)
    .map((token) => ({
      ...first,
      headers: { ...first.headers, authorization: own.with(token) },
    }))
}

/** What the header says, and how it would say another token. */
function credentialsOf({ authorization = '' }: Record<string, string>) {
  const [scheme = '', sent = ''] = authorization.split(' ')
  if (scheme === 'Bearer') return { token: sent, with: (token: string) => `Bearer ${token}` }
  const [user, token = ''] = Buffer.from(sent, 'base64').toString().split(':')
  const basic = (token: string) => Buffer.from(`${user}:${token}`).toString('base64')
  return { token, with: (token: string) => `Basic ${basic(token)}` }
}
