import pg from 'pg'
import { isDatabaseError } from './driver-fault.ts'
import type { Statement } from './statements.ts'

type Done<Row> = (error: Error | undefined, rows: Row[]) => void

interface Field {
  name: string
  dataTypeID: number
}

interface Column {
  name: string
  typeId: number
  parse: (text: string) => unknown
}

/** What `pg` gives to a query that sends itself. */
interface Connection {
  stream: { cork?(): void; uncork?(): void }
  parsedStatements: Record<string, string>
  submittedNamedStatements: Record<string, string>
  parse(message: { name: string; text: string }): void
  bind(message: {
    statement: string
    values: unknown[]
    valueMapper: (value: unknown) => unknown
  }): void
  describe(message: { type: 'P'; name: string }): void
  execute(message: { portal: string }): void
  sync(): void
}

/** The columns that a statement returns, which are the same every time. */
const knownColumns = new WeakMap<Statement<unknown>, Column[]>()

/**
 * Runs a statement on a connection of the pool. An error of the statement leaves the connection as it is,
 * where `pool.query` would end it.
 */
export function runPrepared<Row>(
  pool: pg.Pool,
  statement: Statement<Row>,
  values: unknown[],
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    pool.connect((problem, client, release) => {
      if (!client) return reject(problem)
      // The query is told of it as well.
      const onBreak = () => {}
      client.on('error', onBreak)
      const query = new PreparedQuery(statement, values, (error, found) => {
        client.removeListener('error', onBreak)
        release(error && !isStatementError(error) ? error : undefined)
        if (error) reject(error)
        else resolve(found)
      })
      client.query(query as unknown as pg.Submittable)
    })
  })
}

const isStatementError = (error: Error) => isDatabaseError(error) && error.severity === 'ERROR'

/**
 * A query of `pg` (a Submittable, as `pg-cursor` is one) for prepared statements that are run again and again.
 * `pg`'s own query works out the columns and their parsers, and copies its configuration, every time.
 */
class PreparedQuery<Row> {
  /** The client looks at these three, and puts its timer around the last. */
  readonly name: string
  readonly text: string
  callback: Done<Row>
  private readonly statement: Statement<Row>
  private readonly values: unknown[]
  private readonly rows: Row[] = []
  private columns: Column[] = []
  private failure: Error | undefined

  constructor(statement: Statement<Row>, values: unknown[], callback: Done<Row>) {
    this.name = statement.name
    this.text = statement.text
    this.callback = callback
    this.statement = statement
    this.values = values
  }

  submit(connection: Connection): void {
    const { name, text } = this
    connection.stream.cork?.()
    try {
      const isKnown = connection.parsedStatements[name] ?? connection.submittedNamedStatements[name]
      if (isKnown === undefined) {
        connection.parse({ name, text })
        connection.submittedNamedStatements[name] = text
      }
      connection.bind({ statement: name, values: this.values, valueMapper: toParameter })
      connection.describe({ type: 'P', name: '' })
      connection.execute({ portal: '' })
      connection.sync()
    } finally {
      connection.stream.uncork?.()
    }
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    const known = knownColumns.get(this.statement)
    if (known && fits(known, fields)) {
      this.columns = known
      return
    }
    this.columns = fields.map(({ name, dataTypeID: typeId }) => ({
      name,
      typeId,
      parse: pg.types.getTypeParser(typeId, 'text'),
    }))
    knownColumns.set(this.statement, this.columns)
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const row: Record<string, unknown> = {}
    try {
      // Without an iterator: there are a hundred rows in a page.
      for (let index = 0; index < this.columns.length; index++) {
        const { name, parse } = this.columns[index] as Column
        const text = fields[index] ?? null
        row[name] = text === null ? null : parse(text)
      }
      this.rows.push(row as Row)
    } catch (error) {
      this.failure = error as Error
    }
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: Error): void {
    this.callback(error, [])
  }

  handleReadyForQuery(): void {
    this.callback(this.failure, this.rows)
  }
}

const fits = (columns: Column[], fields: Field[]) =>
  columns.length === fields.length &&
  columns.every(
    ({ name, typeId }, index) =>
      name === fields[index]?.name && typeId === fields[index]?.dataTypeID,
  )

/** A value in the text format of PostgreSQL, or as bytes. */
function toParameter(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  if (Array.isArray(value)) return `{${value.map(toElement).join(',')}}`
  return String(value)
}

const toElement = (item: unknown) => `"${String(item).replace(/[\\"]/g, '\\$&')}"`
