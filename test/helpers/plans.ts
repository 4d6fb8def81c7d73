import pg from 'pg'
import { vi } from 'vitest'
import { rows } from '../../src/db/statements.ts'
import { type Db, UNNAMED } from '../../src/db/types.ts'

export interface Sent {
  /** Of a statement that each connection prepares once; otherwise none. */
  name?: string
  text: string
  values?: unknown[]
}

/** Read whole: some rows at most, whatever there is in the database. */
const SMALL = ['signing_keys', 'registry_authority', '_prisma_migrations']

const EXPLAINED = /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)/i

/** Notes what this process sends to any database, but for what begins and ends transactions. */
export function recordStatements() {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  return {
    /** Each text once. */
    stop(): Sent[] {
      const texts = new Map<string, Sent>()
      for (const [sent] of query.mock.calls as unknown as [Sent][]) {
        const isKnown = texts.get(sent.text)?.name !== undefined
        if (EXPLAINED.test(sent.text ?? '') && !isKnown) texts.set(sent.text, sent)
      }
      query.mockRestore()
      return [...texts.values()]
    },
  }
}

export type PlanNode = Record<string, unknown>

/** The nodes of the plans of all statements: as they are planned for their values and, where prepared, for any. */
export async function plansOf(db: Db, sent: Sent[]): Promise<PlanNode[]> {
  const nodes: PlanNode[] = []
  for (const statement of sent) nodes.push(...(await planOf(db, statement)))
  return nodes
}

let explained = 0

async function planOf(db: Db, { name, text, values = [] }: Sent): Promise<PlanNode[]> {
  const plan = {
    name: `explain_${explained++}`,
    text: `EXPLAIN (FORMAT JSON) ${text}`,
    parameters: Object.keys(values),
  }
  const nodes = nodesOf(await rows(db, plan, values))
  return name ? [...nodes, ...(await genericPlanOf(db, text, values.length))] : nodes
}

/** What PostgreSQL turns to after five runs; the values do not matter then. */
async function genericPlanOf(db: Db, text: string, count: number): Promise<PlanNode[]> {
  const values = count === 0 ? '' : `(${Array(count).fill('NULL').join(', ')})`
  return db.$transaction(async (tx) => {
    const run = (sql: string) => tx.$queryRawUnsafe(sql)
    await tx.$executeRawUnsafe('SET LOCAL plan_cache_mode = force_generic_plan')
    await tx.$executeRawUnsafe(`PREPARE explained AS ${text}`)
    const plan = await run(`EXPLAIN (FORMAT JSON) EXECUTE explained ${values}`)
    await tx.$executeRawUnsafe('DEALLOCATE explained')
    return nodesOf(plan)
  })
}

/** A node, and whether no more of its rows are asked for than are shown. */
function nodesOf(part: unknown, isLimited = false): PlanNode[] {
  if (typeof part !== 'object' || part === null) return []
  if (!('Node Type' in part)) {
    return Object.values(part).flatMap((value) => nodesOf(value, isLimited))
  }
  const node = part as PlanNode
  const limited =
    node['Node Type'] === 'Limit' || (isLimited && !READS_ALL.has(`${node['Node Type']}`))
  return [{ ...node, limited }, ...Object.values(node).flatMap((value) => nodesOf(value, limited))]
}

/** They read all that is below them before they give the first row. */
const READS_ALL = new Set(['Sort', 'Aggregate', 'Hash', 'HashAggregate', 'Materialize'])

/** No filter, or one that nearly all rows pass: that an account is enabled, or not deleted. */
const PASSES =
  /^(\(SubPlan \d+\)|\(deleted_at IS NULL\)|CASE WHEN \(deleted_at IS NULL\) THEN true ELSE false END)?$/

/** Indexes of the few rows that are asked for, which may be read from one end to the other. */
const OF_FEW = [
  'robots_disabled_by_name_idx',
  'robots_federated_by_name_idx',
  'federation_entries_any_audience_idx',
]

const SCANS = new Set(['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Index Scan'])

/** The larger tables that are read from one end to the other, in their own order or in that of an index. */
export function tablesScanned(nodes: PlanNode[]): string[] {
  const scans = nodes.filter((node) => {
    const isWhole = SCANS.has(`${node['Node Type']}`) && node['Index Cond'] === undefined
    const isOfFew = OF_FEW.includes(`${node['Index Name']}`)
    return isWhole && !isOfFew && !(node.limited && PASSES.test(`${node.Filter ?? ''}`))
  })
  const scanned = new Set(scans.map((node) => `${node['Relation Name'] ?? node['Index Name']}`))
  return [...scanned].filter((table) => !SMALL.includes(table) && !table.startsWith('pg_'))
}

/** How many rows of some tables, or entries of their indexes, a statement reads, planned for its values or, where it is not `UNNAMED` and that is worse, for any. */
export async function rowsReadBy(
  db: Db,
  tables: string[],
  { name, text, values = [] }: Sent,
): Promise<number> {
  const list = values.map(literal).join(', ')
  const counts = await db.$transaction(async (tx) => {
    const found: number[] = []
    const modes = name === UNNAMED ? [] : ['force_generic_plan']
    for (const mode of ['force_custom_plan', ...modes]) {
      const prepared = `weighed_${explained++}`
      await tx.$executeRawUnsafe(`SET LOCAL plan_cache_mode = ${mode}`)
      await tx.$executeRawUnsafe(`PREPARE ${prepared} AS ${text}`)
      const run = `EXECUTE ${prepared}${list && ` (${list})`}`
      const plan = await tx.$queryRawUnsafe(`EXPLAIN (ANALYZE, FORMAT JSON) ${run}`)
      await tx.$executeRawUnsafe(`DEALLOCATE ${prepared}`)
      const scans = nodesOf(plan).filter((node) => isScanOf(tables, node))
      found.push(scans.reduce((sum, node) => sum + readByNode(node), 0))
    }
    return found
  })
  return Math.max(...counts)
}

const isScanOf = (tables: string[], node: PlanNode) => {
  const what = `${node['Relation Name'] ?? node['Index Name']}`
  return SCANS.has(`${node['Node Type']}`) && tables.some((table) => what.startsWith(table))
}

const readByNode = (node: PlanNode) =>
  Number(node['Actual Loops']) *
  (Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0))

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`
  if (value instanceof Date) return `'${value.toISOString()}'`
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]::text[]`
  return `'${String(value).replaceAll("'", "''")}'`
}
