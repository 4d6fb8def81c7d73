import pg from 'pg'
import { isDatabaseError } from './driver-fault.ts'
import { type Parameter, toParameter } from './statement-parameters.ts'
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
  close(message: { type: 'S'; name: string }): void
  parse(message: { name: string; text: string }): void
  bind(message: { statement: string; values: Parameter[] }): void
  describe(message: { type: 'P'; name: string }): void
  execute(message: { portal: string }): void
  sync(): void
}

/**
 * A statement as a connection prepared it. Its columns, once they are known, stay what they are: PostgreSQL refuses to run a
 * prepared statement whose columns have changed since (`isOutdated`).
 */
interface Preparation {
  columns?: Column[]
}

/** By name, what each connection was sent to prepare last. */
const preparationsOf = new WeakMap<Connection, Map<string, Preparation>>()

function preparationsOn(connection: Connection): Map<string, Preparation> {
  const known = preparationsOf.get(connection) ?? new Map<string, Preparation>()
  preparationsOf.set(connection, known)
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
  private readonly values: Parameter[]
  private readonly isPreparedAnew: boolean
  private readonly rows: Row[] = []
  private connection: Connection | undefined
  private preparation: Preparation = {}
  private columns: Column[] = []
  private failure: Error | undefined
  private isSent = false

  /** @throws as `toParameter` does, before anything is sent: after half of a query, answers would be taken for those of others */
  constructor(
    statement: Statement<Row>,
    values: unknown[],
    isPreparedAnew: boolean,
    callback: Done<Row>,
  ) {
    this.name = statement.name
    this.text = statement.text
    this.callback = callback
    this.values = values.map(toParameter)
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

  /** What is sent in one turn of the event loop, such as for requests that arrived together, goes out together. */
  private sendOver(connection: Connection): void {
    const { name, text } = this
    this.connection = connection
    const preparations = preparationsOn(connection)
    const known = this.isPreparedAnew ? undefined : preparations.get(name)
    if (known) this.preparation = known
    else if (name !== UNNAMED) preparations.set(name, this.preparation)
    const { columns } = this.preparation
    const { stream } = connection
    stream.cork?.()
    setImmediate(() => stream.uncork?.())
    if (!known) {
      connection.close({ type: 'S', name }) // no error where there is none (protocol, "Close")
      connection.parse({ name, text })
    }
    connection.bind({ statement: name, values: this.values })
    if (columns) this.columns = columns
    else connection.describe({ type: 'P', name: '' })
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
    this.preparation.columns = this.columns
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: Error): void {
    if (isOutdated(error) || !this.preparation.columns) this.forget()
    this.callback(error, [])
  }

  /** Unless it was prepared anew since. */
  private forget(): void {
    const preparations = this.connection && preparationsOn(this.connection)
    if (preparations?.get(this.name) === this.preparation) preparations.delete(this.name)
  }

  handleReadyForQuery(): void {
    this.callback(this.failure, this.rows)
  }
}
