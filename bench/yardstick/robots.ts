import type { IncomingMessage } from 'node:http'
import { v7 } from 'uuid'
import { type Answer, API_HEADERS, MISSING, quayDate, REFUSED, readBody } from './answer.ts'
import { administered, type Caller, callerOf } from './caller.ts'
import type { Store } from './database.ts'
import { type Secrets, teamWithAvatar } from './secrets.ts'
import {
  CREATE_ROBOT,
  FIND_ROBOT,
  FIND_ROBOT_ID,
  LIST_ROBOTS,
  REGENERATE_ROBOT,
} from './statements.ts'

interface Row {
  id: string
  name: string
  description: string
  unstructuredMetadata: object | null
  tokenSealed: Buffer
  createdAt: Date
  lastAccessedAt: Date | null
  teams: string[]
  repositories: string[]
}

interface RobotDeps {
  store: Store
  secrets: Secrets
}

interface Called extends RobotDeps {
  caller: Caller
  owner: { id: string; name: string }
  name: string
  request: IncomingMessage
}

/** As many rows as the service asks for at a time; there are fewer robots. */
const ALL = 101

const ok = (status: number, body: unknown): Answer => ({ status, headers: API_HEADERS, body })

const basics = (owner: string, row: Row) => ({
  name: `${owner}+${row.name}`,
  created: quayDate(row.createdAt),
  last_accessed: row.lastAccessedAt && quayDate(row.lastAccessedAt),
})

/** What the log says of the token. */
const tokenOf = ({ id, clientId, applicationName }: Caller) => ({
  oauth_token_id: id,
  oauth_token_application_id: clientId,
  oauth_token_application: applicationName,
})

const reveal = (secrets: Secrets, row: Row) =>
  secrets.open(row.tokenSealed, `robot:${row.id}:token`).toString('ascii')

/** `/api/v1/organization/{orgname}/robots…` */
export async function answerRobots(deps: RobotDeps, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const [, , , , organization = '', , name = '', action] = path.split('/')
  const caller = await callerOf(deps.store, request.headers.authorization)
  if (!caller) return REFUSED
  const body = request.method === 'PUT' ? await readBody(request) : ''
  const owner = await administered(deps.store, caller, organization)
  if (!owner) return REFUSED
  const called = { ...deps, request, caller, name, owner: { id: owner.id, name: owner.name } }
  if (action === 'regenerate') return regenerate(called)
  if (request.method === 'PUT') return create(called, JSON.parse(body))
  return name === '' ? list(called) : get(called)
}

async function get({ store, secrets, owner, name }: Called): Promise<Answer> {
  const [row] = (await store.rows(FIND_ROBOT, [owner.id, name])) as Row[]
  if (!row) return MISSING
  return ok(200, {
    ...basics(owner.name, row),
    description: row.description,
    token: reveal(secrets, row),
    unstructured_metadata: row.unstructuredMetadata ?? {},
  })
}

async function list({ store, secrets, owner }: Called): Promise<Answer> {
  const rows = (await store.rows(LIST_ROBOTS, [owner.id, '', ALL])) as Row[]
  const known = new Map<string, ReturnType<typeof teamWithAvatar>>()
  const robots = rows.map((row) => ({
    ...basics(owner.name, row),
    teams: row.teams.map((name) => {
      const team = known.get(name) ?? teamWithAvatar(name)
      known.set(name, team)
      return team
    }),
    repositories: row.repositories,
    description: row.description,
    token: reveal(secrets, row),
  }))
  return ok(200, { robots })
}

async function create(
  { store, secrets, owner, name, caller, request }: Called,
  details: { description?: string; unstructured_metadata?: object },
): Promise<Answer> {
  const id = v7()
  const { token, sealed, digest } = secrets.issue(id)
  const { description = '', unstructured_metadata: metadata = null } = details
  const now = new Date()
  const entry = { robot: name, description, unstructured_metadata: metadata }
  await store.rows(CREATE_ROBOT, [
    ...[id, owner.id, name, description, metadata && JSON.stringify(metadata), now],
    ...[v7(), secrets.keyId, sealed, digest, v7(), 'create_robot', owner.id, owner.name, null],
    ...[caller.userId, caller.username, caller.id, request.socket.remoteAddress],
    ...[JSON.stringify({ ...entry, ...tokenOf(caller) }), now],
  ])
  return ok(201, {
    ...{ name: `${owner.name}+${name}`, created: quayDate(now), last_accessed: null },
    ...{ description, token, unstructured_metadata: metadata },
  })
}

async function regenerate(called: Called): Promise<Answer> {
  const { store, secrets, owner, name, caller, request } = called
  const [robot] = await store.rows(FIND_ROBOT_ID, [owner.id, name])
  if (!robot) return MISSING
  const { token, sealed, digest } = secrets.issue(robot.id)
  const [row] = (await store.rows(REGENERATE_ROBOT, [
    ...[robot.id, v7(), secrets.keyId, sealed, digest, v7(), 'regenerate_robot_token'],
    ...[owner.id, owner.name, null, caller.userId, caller.username, caller.id],
    request.socket.remoteAddress,
    ...[JSON.stringify({ robot: name, ...tokenOf(caller) }), new Date()],
  ])) as Row[]
  if (!row) return MISSING
  return ok(201, { ...basics(owner.name, row), description: row.description, token })
}
