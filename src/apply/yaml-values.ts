import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  Scalar,
} from 'yaml'

/** A key or an index for each step from the top of a document. */
export type Path = readonly PropertyKey[]

/** Gets what is wrong, and in which line. */
export type Report = (line: number, problem: string) => void

/** Nodes that aliases may repeat in one document: a few lines of aliases of aliases could ask for millions. */
const MOST_REPEATED = 10_000

/**
 * The value of a YAML document, and in which line each part of it stands.
 *
 * @param report gets names that are there twice, and aliases that lead nowhere, in a circle, or to too much
 */
export function plainValue(document: Document, lines: LineCounter, report: Report) {
  const places = new Map<string, number>()
  const anchored = new Map<string, Node>()
  /** What is being read, and may not be asked for by an alias in it. */
  const open = new Set<Node>()
  let expanding = 0
  let repeated = 0
  let isTold = false

  const lineAt = (node: Node | null | undefined) => lines.linePos(node?.range?.[0] ?? 0).line

  function read(node: Node | null, path: Path, line: number): unknown {
    if (!places.has(keyOf(path))) places.set(keyOf(path), line)
    if (expanding > 0) repeated += 1
    if (repeated > MOST_REPEATED) return undefined
    if (isAlias(node)) return readAlias(node.source, path, line)
    if (node && 'anchor' in node && node.anchor) anchored.set(node.anchor, node)
    return isScalar(node) ? node.value : readParts(node, path, line)
  }

  function readParts(node: Node | null, path: Path, line: number): unknown {
    if (node) open.add(node)
    const value = isSeq<Node | null>(node)
      ? node.items.map((item, index) => read(item, [...path, index], lineAt(item) || line))
      : isMap<Node, Node | null>(node)
        ? readMap(node.items, path)
        : null
    if (node) open.delete(node)
    return value
  }

  function readAlias(name: string, path: Path, line: number): unknown {
    const node = anchored.get(name)
    if (node === undefined || open.has(node)) {
      const problem = node
        ? 'stands in what it stands for, a cycle: write it out'
        : `is not known: nothing before it is called &${name}`
      report(line, `*${name} ${problem}`)
      return undefined
    }
    expanding += 1
    const value = read(node, path, line)
    expanding -= 1
    if (repeated > MOST_REPEATED && !isTold) {
      isTold = true
      report(line, `*${name} repeats more than ${MOST_REPEATED} things: write them out`)
    }
    return value
  }

  function readMap(items: { key: Node; value: Node | null }[], path: Path): object {
    const pairs = new Map<string, unknown>()
    for (const { key, value } of items) {
      const name = nameOf(key)
      const line = lineAt(key)
      if (name === undefined) report(line, 'a key must be a text')
      else if (pairs.has(name)) report(line, `${name} is there twice`)
      else pairs.set(name, read(value, [...path, name], line))
    }
    return Object.fromEntries(pairs)
  }

  const value = read(document.contents as Node | null, [], lineAt(document.contents as Node))

  return {
    value,
    /** The line of what is at a path, or of the nearest thing around it. */
    lineOf(path: Path): number {
      const around = [...path.keys(), path.length].reverse().map((depth) => path.slice(0, depth))
      const found = around.find((one) => places.has(keyOf(one)))
      return places.get(keyOf(found ?? [])) ?? 1
    },
  }
}

const keyOf = (path: Path) => JSON.stringify(path)

/** A name may look like a number: `007` is that, not 7. */
function nameOf(key: Node): string | undefined {
  if (!isScalar(key)) return undefined
  return key.type === Scalar.PLAIN ? key.source : String(key.value)
}
