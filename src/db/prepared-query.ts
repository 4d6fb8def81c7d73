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

/**
 * The columns that the statements of a connection return, by name. They stay what they were when it was
 * prepared: PostgreSQL refuses to run a prepared statement whose columns have changed since.
 */
const columnsOfConnections = new WeakMap<Connection, Map<string, Column[]>>()

function knownColumns(connection: Connection): Map<string, Column[]> {
  const known = columnsOfConnections.get(connection) ?? new Map<string, Column[]>()
  columnsOfConnections.set(connection, known)
  return known
}

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
 * `pg`'s own query asks for the columns, works out their parsers, and copies its configuration, every time.
 */
class PreparedQuery<Row> {
  /** The client looks at these three, and puts its timer around the last. */
  readonly name: string
  readonly text: string
  callback: Done<Row>
  private readonly values: unknown[]
  private readonly rows: Row[] = []
  private known = new Map<string, Column[]>()
  private columns: Column[] = []
  private failure: Error | undefined

  constructor(statement: Statement<Row>, values: unknown[], callback: Done<Row>) {
    this.name = statement.name
    this.text = statement.text
    this.callback = callback
    this.values = values
  }

  submit(connection: Connection): void {
    const { name, text } = this
    this.known = knownColumns(connection)
    const columns = this.known.get(name)
    if (columns) this.columns = columns
    connection.stream.cork?.()
    try {
      const isKnown = connection.parsedStatements[name] ?? connection.submittedNamedStatements[name]
      if (isKnown === undefined) {
        connection.parse({ name, text })
        connection.submittedNamedStatements[name] = text
      }
      connection.bind({ statement: name, values: this.values, valueMapper: toParameter })
      if (!columns) connection.describe({ type: 'P', name: '' })
      connection.execute({ portal: '' })
      connection.sync()
    } finally {
      connection.stream.uncork?.()
    }
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: pg.types.getTypeParser(dataTypeID, 'text'),
    }))
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

  handleCommandComplete(): void {
    this.known.set(this.name, this.columns)
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: Error): void {
    this.callback(error, [])
  }

  handleReadyForQuery(): void {
    this.callback(this.failure, this.rows)
  }
}

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
