import type pg from 'pg'
import { isStatementError } from './driver-fault.ts'
import { createPipelines } from './pipelines.ts'
import { isOutdated, PreparedQuery } from './prepared-query.ts'
import { type Statement, UNNAMED } from './types.ts'

const pipelinesOf = new WeakMap<pg.Pool, ReturnType<typeof createPipelines>>()

function pipelinesFor(pool: pg.Pool) {
  const known = pipelinesOf.get(pool) ?? createPipelines(pool)
  pipelinesOf.set(pool, known)
  return known
}

/**
 * Runs a statement on a connection of the pool, a look-up on one that others use at the same time. An error of the
 * statement leaves the connection as it is, where `pool.query` would end it.
 */
export async function runPrepared<Row>(
  pool: pg.Pool,
  statement: Statement<Row>,
  values: unknown[],
): Promise<Row[]> {
  try {
    return await runOnce(pool, statement, values)
  } catch (error) {
    if (!isOutdated(error)) throw error
    return runOnce(pool, statement, values, { isPreparedAnew: true })
  }
}

/**
 * @param options.isPreparedAnew prepare the statement even on a connection that has it: once one connection's is
 * outdated, the others' are, too
 */
function runOnce<Row>(
  pool: pg.Pool,
  statement: Statement<Row>,
  values: unknown[],
  { isPreparedAnew } = { isPreparedAnew: false },
) {
  return new Promise<Row[]>((resolve, reject) => {
    const query = new PreparedQuery(statement, values, isPreparedAnew, (error, found) =>
      error ? reject(error) : resolve(found),
    )
    // Where names are not kept, a pooler is between that has its own mind of what belongs together.
    const mayShare = statement.isLookUp === true && statement.name !== UNNAMED
    const pipeline = mayShare ? pipelinesFor(pool).withRoom() : undefined
    if (pipeline) pipeline.run(query)
    else runAlone(pool, query)
  })
}

/** On a connection that it has for itself. */
function runAlone<Row>(pool: pg.Pool, query: PreparedQuery<Row>): void {
  const settle = query.callback
  pool.connect((problem, client, release) => {
    if (!client) return settle(problem, [])
    // An error of the connection needs a listener; what it says reaches the query's callback as well.
    function onBreak() {}
    client.on('error', onBreak)
    query.callback = (error, found) => {
      client.removeListener('error', onBreak)
      release(error && !isStatementError(error) ? error : undefined)
      settle(error, found)
    }
    client.query(query as unknown as pg.Submittable)
  })
}
