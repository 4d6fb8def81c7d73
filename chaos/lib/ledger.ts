import type { Answer, Client } from './client.ts'
import type { OutcomeBuilder } from './report.ts'

const ROBOTS = '/api/v1/organization/acme/robots'

/** What was acknowledged of a robot. */
interface State {
  exists: boolean
  /** Undefined: not known. */
  token: string | undefined
  subject: string | undefined
}

interface Operation {
  kind: string
  method: string
  path: string
  body?: object
  expected: number
  after: (state: State, answer?: Answer) => State
}

interface Entry {
  name: string
  state: State
  previousToken: string | undefined
  acknowledged: Record<string, number>
  /** Sent, and never answered: it may have been done or not, but not half. */
  pending: Operation | undefined
}

const OPERATIONS: Record<
  'create' | 'regenerate' | 'federate' | 'unfederate' | 'delete',
  (name: string) => Operation
> = {
  create: (name) => ({
    kind: 'create_robot',
    method: 'PUT',
    path: `${ROBOTS}/${name}`,
    expected: 201,
    after: (_, answer) => ({ exists: true, token: answer?.body.token, subject: undefined }),
  }),
  regenerate: (name) => ({
    kind: 'regenerate_robot_token',
    method: 'POST',
    path: `${ROBOTS}/${name}/regenerate`,
    expected: 201,
    after: (state, answer) => ({ ...state, token: answer?.body.token }),
  }),
  federate: (name) => ({
    kind: 'create_robot_federation',
    method: 'POST',
    path: `${ROBOTS}/${name}/federation`,
    body: [{ issuer: 'https://issuer.example.com', subject: `job:${name}` }],
    expected: 201,
    after: (state) => ({ ...state, subject: `job:${name}` }),
  }),
  unfederate: (name) => ({
    kind: 'delete_robot_federation',
    method: 'DELETE',
    path: `${ROBOTS}/${name}/federation`,
    expected: 204,
    after: (state) => ({ ...state, subject: undefined }),
  }),
  delete: (name) => ({
    kind: 'delete_robot',
    method: 'DELETE',
    path: `${ROBOTS}/${name}`,
    expected: 204,
    after: () => ({ exists: false, token: undefined, subject: undefined }),
  }),
}

/** To what is so from now on. */
export function change(entry: Entry, state: State) {
  if (state.token !== entry.state.token) entry.previousToken = entry.state.token
  entry.state = state
}

const ENDS = [[], [OPERATIONS.delete], [OPERATIONS.unfederate]]

export type Ledger = ReturnType<typeof createLedger>

/** Changes robots, and remembers which changes the service acknowledged. */
export function createLedger(outcome: OutcomeBuilder) {
  const entries: Entry[] = []
  let acknowledged = 0

  async function apply(client: Client, entry: Entry, operation: Operation): Promise<boolean> {
    const answer = await client.call(operation.method, operation.path, operation)
    if (answer.status === operation.expected) {
      change(entry, operation.after(entry.state, answer))
      entry.acknowledged[operation.kind] = (entry.acknowledged[operation.kind] ?? 0) + 1
      acknowledged += 1
      return true
    }
    entry.pending = operation
    outcome.promise(
      `${operation.kind} was answered ${answer.status}`,
      answer.status === 0 || answer.status === 503,
    )
    return false
  }

  return {
    entries,
    acknowledged: () => acknowledged,

    /** The life of one robot, as far as it gets: in the end it is federated, federated no more, or deleted. */
    async liveOne(client: Client): Promise<boolean> {
      const name = `robot_${entries.length}`
      const end = ENDS[entries.length % ENDS.length] ?? []
      const entry: Entry = {
        name,
        state: { exists: false, token: undefined, subject: undefined },
        previousToken: undefined,
        acknowledged: {},
        pending: undefined,
      }
      entries.push(entry)
      const { create, regenerate, federate } = OPERATIONS
      for (const operation of [create, regenerate, federate, ...end]) {
        if (!(await apply(client, entry, operation(name)))) return false
      }
      return true
    },
  }
}

export type { Entry, State }
