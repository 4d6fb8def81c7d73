import pg from 'pg'
import { isDatabaseError } from './driver-fault.ts'
import { toParameter } from './statement-parameters.ts'
import { type Statement, UNNAMED } from './types.ts'

type Done<Row> = (error: Error | undefined, rows: Row[]) => void

interface Field {
  name: string
  dataTypeID: number
}

interface Column {
  name: string
  parse: (text: string) => unknown
}

/** What a query that sends itself needs of `pg`'s connection. */
interface Connection {
  stream: { cork?(): void; uncork?(): void }
  parsedStatements: Record<string, string>
  submittedNamedStatements: Record<string, string>
  close(message: { type: 'S'; name: string }): void
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
 * prepared: PostgreSQL refuses to run a prepared statement whose columns have changed since (`isOutdated`).
 */
const columnsOfConnections = new WeakMap<Connection, Map<string, Column[]>>()

function knownColumns(connection: Connection): Map<string, Column[]> {
  const known = columnsOfConnections.get(connection) ?? new Map<string, Column[]>()
  columnsOfConnections.set(connection, known)
  return known
}

/**
 * Whether what this connection prepared no longer is what the server has: a migration changed a column (0A000), or
 * a pooler or a command took the statement away (26000) or gave its name to another (42P05). Nothing was done, and
 * the next query prepares it anew.
 */
export const isOutdated = (error: unknown) =>
  isDatabaseError(error) && ['0A000', '26000', '42P05'].includes(error.code ?? '')

/**
 * A query of `pg` (a Submittable, as `pg-cursor` is one) for prepared statements that are run again and again.
 * `pg`'s own query asks for the columns, works out their parsers, and copies its configuration, every time.
 */
export class PreparedQuery<Row> {
  /** The client reads these three, and replaces the callback by one that also stops its timer. */
  readonly name: string
  readonly text: string
  callback: Done<Row>
  private readonly values: unknown[]
  private readonly isPreparedAnew: boolean
  private readonly rows: Row[] = []
  private connection: Connection | undefined
  private columns: Column[] = []
  private failure: Error | undefined
  private isSent = false

  constructor(
    statement: Statement<Row>,
    values: unknown[],
    isPreparedAnew: boolean,
    callback: Done<Row>,
  ) {
    this.name = statement.name
    this.text = statement.text
    this.callback = callback
    this.values = values
    this.isPreparedAnew = isPreparedAnew
  }

  /** The client calls this once the query's turn has come to be answered. */
  submit(connection: Connection): void {
    if (!this.isSent) this.sendOver(connection)
  }

  /** Sends it behind what the client has sent before, before its turn. */
  send(client: pg.PoolClient): void {
    this.isSent = true
    this.sendOver(client.connection as unknown as Connection)
  }

  /** What is sent in one turn of the event loop goes out together. */
  private sendOver(connection: Connection): void {
    const { name, text } = this
    this.connection = connection
    if (this.isPreparedAnew) this.forget()
    const columns = knownColumns(connection).get(name)
    if (columns) this.columns = columns
    const { stream } = connection
    stream.cork?.()
    process.nextTick(() => stream.uncork?.())
    const isKnown = connection.parsedStatements[name] ?? connection.submittedNamedStatements[name]
    if (isKnown === undefined) {
      connection.close({ type: 'S', name }) // no error where there is none (protocol, "Close")
      connection.parse({ name, text })
      if (name !== UNNAMED) connection.submittedNamedStatements[name] = text
    }
    connection.bind({ statement: name, values: this.values, valueMapper: toParameter })
    if (!columns) connection.describe({ type: 'P', name: '' })
    connection.execute({ portal: '' })
    connection.sync()
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
      // By index, which is faster than an iterator: this runs for each of the hundred rows of a page.
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
    if (this.connection && this.name !== UNNAMED) {
      knownColumns(this.connection).set(this.name, this.columns)
    }
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: Error): void {
    if (isOutdated(error)) this.forget()
    this.callback(error, [])
  }

  private forget(): void {
    if (!this.connection) return
    knownColumns(this.connection).delete(this.name)
    delete this.connection.parsedStatements[this.name]
    delete this.connection.submittedNamedStatements[this.name]
  }

  handleReadyForQuery(): void {
    this.callback(this.failure, this.rows)
  }
}
