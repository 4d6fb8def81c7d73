import type { DbOrTx, Tx } from '../db/types.ts'
import { isClientId } from '../domain/oauth-client.ts'
import type { Slice } from '../domain/page.ts'
import type { Scope } from '../domain/scopes.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { columnsOf } from './columns.ts'

/** An OAuth application as stored. Its secret is sealed: see `services/applications/client-secrets.ts`. */
export interface ApplicationRow {
  id: string
  clientId: string
  name: string
  description: string
  applicationUri: string
  redirectUri: string
  avatarEmail: string | null
  scopes: Scope[]
  secretKeyId: string | null
  secretSealed: Uint8Array<ArrayBuffer> | null
  /** Name of the user who made it, as it was then; null for those made before it was kept. */
  createdBy: string | null
}

const FIELDS = {
  id: true,
  clientId: true,
  name: true,
  description: true,
  applicationUri: true,
  redirectUri: true,
  avatarEmail: true,
  scopes: true,
  secretKeyId: true,
  secretSealed: true,
  createdBy: true,
} satisfies Prisma.OAuthApplicationSelect

/** The database has scopes as text; only known ones are written. */
const toRow = (row: Omit<ApplicationRow, 'scopes'> & { scopes: string[] }) => row as ApplicationRow

/** Those that have a text in their names, upper or lower case, in the order of their creation. */
export const listApplications = (
  db: DbOrTx,
  namespaceId: string,
  { text, after, limit }: Slice & { text: string },
) =>
  db.$queryRaw<ApplicationRow[]>(Prisma.sql`
    SELECT ${Prisma.raw(columnsOf(Object.keys(FIELDS), 'a'))} FROM oauth_applications a
    WHERE a.namespace_id = ${namespaceId}::uuid AND strpos(lower(a.name), lower(${text})) > 0
      ${after === undefined ? Prisma.empty : Prisma.sql`AND a.id > ${after}::uuid`}
    ORDER BY a.id LIMIT ${limit}`)

export const countApplications = (db: DbOrTx, namespaceId: string) =>
  db.oAuthApplication.count({ where: { namespaceId } })

export async function findApplication(db: DbOrTx, namespaceId: string, clientId: string) {
  if (!isClientId(clientId)) return undefined
  const row = await db.oAuthApplication.findUnique({
    where: { clientId, namespaceId },
    select: FIELDS,
  })
  return row ? toRow(row) : undefined
}

export interface OAuthClient extends ApplicationRow {
  namespace: { id: string; name: string; enabled: boolean; kind: 'user' | 'organization' }
}

/** An application by its client id alone, with the organization that it belongs to. */
export async function findClient(db: DbOrTx, clientId: string): Promise<OAuthClient | undefined> {
  if (!isClientId(clientId)) return undefined
  const [client] = await db.$queryRaw<OAuthClient[]>(Prisma.sql`
    SELECT ${Prisma.raw(columnsOf(Object.keys(FIELDS), 'a'))}, json_build_object(
             'id', n.id, 'name', n.name, 'enabled', n.enabled, 'kind', n.kind) AS namespace
    FROM oauth_applications a JOIN namespaces n ON n.id = a.namespace_id
    WHERE a.client_id = ${clientId}`)
  return client
}

export const insertApplication = async (
  db: DbOrTx,
  application: Prisma.OAuthApplicationUncheckedCreateInput,
) => toRow(await db.oAuthApplication.create({ data: application, select: FIELDS }))

/** Of an application that is locked. */
export const updateApplication = async (
  tx: Tx,
  id: string,
  change: Prisma.OAuthApplicationUpdateManyMutationInput,
) => toRow(await tx.oAuthApplication.update({ where: { id }, data: change, select: FIELDS }))

/** @returns whether there was such an application; its tokens go with it */
export const deleteApplication = async (db: DbOrTx, id: string) =>
  (await db.oAuthApplication.deleteMany({ where: { id } })).count > 0

type SealedApplication = Pick<
  ApplicationRow,
  'id' | 'name' | 'clientId' | 'secretKeyId' | 'secretSealed'
> & { ownerId: string; ownerName: string }

/** Applications whose secret another key sealed; locked until the transaction ends. */
export const listApplicationsSealedOtherwise = (tx: Tx, keyId: string, limit: number) =>
  tx.$queryRaw<SealedApplication[]>(Prisma.sql`
    SELECT a.id, a.name, a.client_id AS "clientId", n.id AS "ownerId", n.name AS "ownerName",
      a.secret_key_id AS "secretKeyId", a.secret_sealed AS "secretSealed"
    FROM oauth_applications a JOIN namespaces n ON n.id = a.namespace_id
    WHERE a.secret_key_id < ${keyId} OR a.secret_key_id > ${keyId}
    LIMIT ${limit} FOR UPDATE OF a`)
