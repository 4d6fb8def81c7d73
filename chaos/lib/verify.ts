import type { Client } from './client.ts'
import { change, type Entry, type Ledger, type State } from './ledger.ts'
import type { OutcomeBuilder } from './report.ts'

const ORGANIZATION = '/api/v1/organization/acme'
const AT_A_TIME = 8

/** Compares what the service knows with what it acknowledged: robots, tokens, federation, audit log. */
export async function verifyLedger(client: Client, ledger: Ledger, outcome: OutcomeBuilder) {
  const logged = await readLog(client)
  const entries = [...ledger.entries]
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (let entry = entries.pop(); entry; entry = entries.pop()) {
        const problem = await verify(client, entry, logged.get(entry.name) ?? {})
        outcome.promise(`${entry.name}: ${problem}`, problem === undefined)
      }
    }),
  )
}

async function verify(client: Client, entry: Entry, logged: Record<string, number>) {
  const now = await observe(client, entry.name)
  const { pending } = entry
  const candidates = [{ state: entry.state, done: false }]
  if (pending) candidates.push({ state: pending.after(entry.state), done: true })
  const match = candidates.find(({ state, done }) => isSame(state, now, entry, done))
  if (!match) {
    return `is ${describe(now)}, acknowledged ${describe(entry.state)}, pending ${pending?.kind}`
  }
  if (pending && match.done) {
    entry.acknowledged[pending.kind] = (entry.acknowledged[pending.kind] ?? 0) + 1
  }
  entry.pending = undefined
  change(entry, now)
  for (const kind of new Set([...Object.keys(entry.acknowledged), ...Object.keys(logged)])) {
    if (logged[kind] !== entry.acknowledged[kind]) {
      return `${kind} stands ${logged[kind] ?? 0} times in the log, and was done ${entry.acknowledged[kind] ?? 0} times`
    }
  }
  return verifyTokens(client, entry)
}

/** The token that was acknowledged, unless an operation that nobody heard of may have replaced it. */
function isSame(state: State, now: State, entry: Entry, done: boolean) {
  if (state.exists !== now.exists || state.subject !== now.subject) return false
  if (!now.exists) return true
  if (done && state.token === undefined) return now.token !== entry.state.token
  return state.token === now.token
}

async function verifyTokens(client: Client, { name, state, previousToken }: Entry) {
  if (state.token === undefined) return undefined
  const right = await client.login(`acme+${name}`, state.token)
  if (right.status !== 200) return `its token is answered ${right.status}`
  if (previousToken === undefined || previousToken === state.token) return undefined
  // From here and there: no address may send this many wrong tokens.
  const address = `192.0.2.${Math.floor(Math.random() * 256)}`
  const old = await client.login(`acme+${name}`, previousToken, address)
  return old.status === 401 ? undefined : `its replaced token is answered ${old.status}`
}

async function observe(client: Client, name: string): Promise<State> {
  const robot = await client.get(`${ORGANIZATION}/robots/${name}`)
  if (robot.status === 404) return { exists: false, token: undefined, subject: undefined }
  const federation = await client.get(`${ORGANIZATION}/robots/${name}/federation`)
  const [identity] = federation.body as { subject: string }[]
  return { exists: true, token: robot.body.token, subject: identity?.subject }
}

/** How often each kind of change of each robot stands in the log. */
async function readLog(client: Client) {
  const counts = new Map<string, Record<string, number>>()
  let page: string | undefined = ''
  while (page !== undefined) {
    const query: string = page === '' ? '' : `?next_page=${encodeURIComponent(page)}`
    const { body } = await client.get(`${ORGANIZATION}/logs${query}`)
    for (const { kind, metadata } of body.logs) {
      if (/^(login|reveal)_/.test(kind) || metadata.robot === undefined) continue
      const own = counts.get(metadata.robot) ?? {}
      own[kind] = (own[kind] ?? 0) + 1
      counts.set(metadata.robot, own)
    }
    page = body.next_page
  }
  return counts
}

const describe = ({ exists, subject }: State) =>
  exists ? `there with ${subject ?? 'no'} federation` : 'not there'
