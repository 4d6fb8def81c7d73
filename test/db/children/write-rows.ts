import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../../src/db/client.ts'
import { migrate } from '../../../src/db/migrate.ts'
import { withTransaction } from '../../../src/db/transactions.ts'

// write-rows DATA_DIR: writes until it is killed, and prints each name once it is acknowledged.

const database = await openDatabase({ dataDir: process.argv[2] ?? '' })
await migrate(database)
const createdAt = new Date()

async function writeForever(writer: string) {
  for (let i = 0; ; i++) {
    const row = (name: string) => ({ id: randomUUID(), name, kind: 'user' as const, createdAt })
    const names = [`${writer}-${i}-a`, `${writer}-${i}-b`]
    await withTransaction(database.db, async (tx) => {
      for (const name of names) await tx.namespace.create({ data: row(name) })
    })
    process.stdout.write(`${names.join(' ')}\n`)
  }
}

await Promise.all(['p', 'q', 'r'].map(writeForever))
