import type { Connections } from './connections.ts'
import { runPrepared } from './run-prepared.ts'
import { type Db, type DbOrTx, type Statement, UNNAMED } from './types.ts'

type Pool = Pick<Connections, 'pool' | 'namesStatements'>

/** The pool of each client. The client of a transaction has none: its statements go through Prisma. */
const pools = new WeakMap<object, Pool>()

/** Lets the statements of a client run on the pool that it uses, so that there is one per process. */
export const usePool = (db: Db, pool: Pool) => pools.set(db, pool)

/**
 * Makes a statement whose parameters have names instead of numbers.
 *
 * @param name of its own
 * @param text SQL, in which `$robotId` is the value that `rows` is given as `robotId`
 */
export function statement<Row, Values extends object = object>(
  name: string,
  text: string,
): Statement<Row, Values> {
  const parameters: string[] = []
  const numbered = text.replace(/\$([a-z]\w*)/gi, (_, parameter: string) => {
    if (!parameters.includes(parameter)) parameters.push(parameter)
    return `$${parameters.indexOf(parameter) + 1}`
  })
  return { name, text: numbered, parameters }
}

/**
 * A statement that finds a few rows by their keys. It changes nothing, waits for no lock and is answered at once, so that
 * it may share a connection with others of its kind.
 */
export const lookUp = <Row, Values extends object = object>(
  name: string,
  text: string,
): Statement<Row, Values> => ({ ...statement<Row, Values>(name, text), isLookUp: true })

/** A statement that is planned anew each time, for its values: which way is best depends on them. */
export const unnamed = <Row, Values extends object>(text: string) =>
  statement<Row, Values>(UNNAMED, text)

/**
 * The values of a statement in the order of its parameters.
 *
 * @throws {TypeError} where one is missing, which the database would take for NULL
 */
export function valuesOf<Values extends object>(
  { name, parameters }: Statement<unknown, Values>,
  values: Values,
): unknown[] {
  return parameters.map((parameter) => {
    const value = values[parameter as keyof Values]
    if (value === undefined) throw new TypeError(`no value for ${parameter} of ${name}`)
    return value
  })
}

/**
 * Runs a statement by itself or, within a transaction, as a part of that. Errors are those of Prisma's
 * queries as far as `uniqueViolation` and its like can tell.
 */
export async function rows<Row, Values extends object>(
  db: DbOrTx,
  statement: Statement<Row, Values>,
  values: NoInfer<Values>,
): Promise<Row[]> {
  const found = pools.get(db)
  const list = valuesOf(statement, values)
  if (!found) return db.$queryRawUnsafe<Row[]>(statement.text, ...list)
  const { pool, namesStatements } = found
  return runPrepared(pool, namesStatements ? statement : { ...statement, name: UNNAMED }, list)
}
