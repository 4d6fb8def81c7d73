import type { IncomingMessage } from 'node:http'
import { v7 } from 'uuid'
import { LIST_ROBOTS_WITH_PERMISSIONS } from '../../src/queries/robot-lists.ts'
import { FIND_SECRETS } from '../../src/queries/robot-secrets.ts'
import { FIND_ROBOT, INSERT_ROBOTS, type RobotRow } from '../../src/queries/robots.ts'
import { recordOf } from '../../src/queries/secret-batches.ts'
import { REPLACE_ONLY_SECRETS } from '../../src/queries/secret-rotation.ts'
import { type Answer, API_HEADERS, MISSING, quayDate, REFUSED, readBody } from './answer.ts'
import { administers, type Caller, callerOf } from './caller.ts'
import type { Store } from './database.ts'
import { type Secrets, teamWithAvatar } from './secrets.ts'

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

const basics = (owner: string, row: Pick<RobotRow, 'name' | 'createdAt' | 'lastAccessedAt'>) => ({
  name: `${owner}+${row.name}`,
  created: quayDate(row.createdAt),
  last_accessed: row.lastAccessedAt && quayDate(row.lastAccessedAt),
})

/** What the log says of a change, and of the token that it was made with. */
const entryOf = ({ caller, owner, request }: Called, kind: string, metadata: object) => ({
  ...{ id: v7(), kind, createdAt: new Date() },
  ...{ namespaceId: owner.id, namespaceName: owner.name, repositoryId: null },
  ...{ performerId: caller.userId, performerName: caller.holderName, tokenId: caller.id },
  ip: request.socket.remoteAddress ?? null,
  metadata: {
    ...metadata,
    oauth_token_id: caller.id,
    oauth_token_application_id: caller.clientId,
    oauth_token_application: caller.applicationName,
  },
})

const reveal = (secrets: Secrets, row: RobotRow) =>
  secrets.open(row.sealed, `robot:${row.id}:token`).toString('ascii')

/** `/api/v1/organization/{orgname}/robots…` */
export async function answerRobots(deps: RobotDeps, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const [, , , , organization = '', , name = '', action] = path.split('/')
  const caller = await callerOf(deps.store, request.headers.authorization, organization)
  if (!caller?.standing_id || !administers(caller)) return REFUSED
  const body = request.method === 'PUT' ? await readBody(request) : ''
  const owner = { id: caller.standing_id, name: organization }
  const called = { ...deps, request, caller, name, owner }
  if (action === 'regenerate') return regenerate(called)
  if (request.method === 'PUT') return create(called, JSON.parse(body))
  return name === '' ? list(called) : get(called)
}

async function get({ store, secrets, owner, name }: Called): Promise<Answer> {
  const [row] = await store.rows(FIND_ROBOT, { namespaceId: owner.id, name })
  if (!row) return MISSING
  const body = {
    ...basics(owner.name, row),
    description: row.description,
    token: reveal(secrets, row),
    unstructured_metadata: row.unstructuredMetadata ?? {},
  }
  const headers = { ...API_HEADERS, etag: `"${row.id}.${row.version}"` }
  return { status: 200, headers, body }
}

async function list({ store, secrets, owner }: Called): Promise<Answer> {
  const page = { namespaceId: owner.id, after: '', limit: ALL }
  const rows = await store.rows(LIST_ROBOTS_WITH_PERMISSIONS, page)
  const known = new Map<string, ReturnType<typeof teamWithAvatar>>()
  const robots = rows.map((row) => ({
    ...basics(owner.name, row),
    teams: row.teams?.map((name) => {
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
  called: Called,
  details: { description?: string; unstructured_metadata?: object },
): Promise<Answer> {
  const { store, secrets, owner, name } = called
  const { description = '', unstructured_metadata: metadata = null } = details
  const robot = { id: v7(), namespaceId: owner.id, name, description, createdAt: new Date() }
  const { token, secret } = secrets.issue(robot.id)
  const entry = { robot: name, description, unstructured_metadata: metadata }
  await store.rows(INSERT_ROBOTS, {
    changes: JSON.stringify([
      {
        ...{ ...robot, unstructuredMetadata: metadata },
        ...{ createdBy: null, labels: [], expiresAt: null },
        ...recordOf({ secret, entry: entryOf(called, 'create_robot', entry) }),
      },
    ]),
  })
  return ok(201, {
    ...basics(owner.name, { ...robot, lastAccessedAt: null }),
    ...{ description, token, unstructured_metadata: metadata },
  })
}

async function regenerate(called: Called): Promise<Answer> {
  const { store, secrets, owner, name } = called
  const [robot] = await store.rows(FIND_SECRETS, { namespaceId: owner.id, name })
  if (!robot) return MISSING
  const { robotId: id, credentialId } = robot
  const { token, secret } = secrets.issue(id)
  const entry = entryOf(called, 'regenerate_robot_token', { robot: name })
  const change = { robotId: id, credentialId, ...recordOf({ secret, entry }) }
  const [row] = await store.rows(REPLACE_ONLY_SECRETS, { changes: JSON.stringify([change]) })
  if (!row) return MISSING
  return ok(201, { ...basics(owner.name, row), description: row.description, token })
}
