import type { DbOrTx } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** Whether anything in the database can be read only with the secret key that it was written with. */
export async function hasSealedData(db: DbOrTx): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>(Prisma.sql`
    SELECT EXISTS (SELECT FROM robots) OR EXISTS (SELECT FROM signing_keys)
      OR EXISTS (SELECT FROM registry_authority) OR EXISTS (SELECT FROM app_tokens)
      OR EXISTS (SELECT FROM webhooks)
      OR EXISTS (SELECT FROM oauth_applications WHERE secret_sealed IS NOT NULL) AS found`)
  return row?.found === true
}
