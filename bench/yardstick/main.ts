import { openStore } from './database.ts'
import { createYardstick } from './server.ts'

const { env } = process
const store = await openStore(
  env.DATABASE_URL === undefined
    ? { folder: env.DATA_DIR ?? '' }
    : { databaseUrl: env.DATABASE_URL },
)
const server = await createYardstick(store, env)
server.listen(Number(env.PORT), '127.0.0.1')

process.once('SIGTERM', () => {
  server.close(() => store.close())
  server.closeAllConnections()
})
