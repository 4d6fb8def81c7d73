/** A part of a page of the documentation. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'text'; text: string }

const FENCE = /^```/
const ITEM = /^[*-] /
const CONTINUED = /^ {2,}\S/

/** Cells of a line of a table; `\|` is no border. */
const cellsOf = (line: string) =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))

/** Takes lines from the front as long as they belong together. */
function takeWhile(lines: string[], belongs: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !belongs(line))
  return lines.splice(0, end === -1 ? lines.length : end)
}

function codeFrom(lines: string[]): Block {
  lines.shift()
  const text = takeWhile(lines, (line) => !FENCE.test(line)).join('\n')
  lines.shift()
  return { kind: 'code', text }
}

function tableFrom(lines: string[]): Block {
  const [head = '', , ...rows] = takeWhile(lines, (line) => line.startsWith('|'))
  return { kind: 'table', head: cellsOf(head), rows: rows.map(cellsOf) }
}

function listFrom(lines: string[]): Block {
  const items: string[] = []
  for (const line of takeWhile(lines, (one) => ITEM.test(one) || CONTINUED.test(one))) {
    if (ITEM.test(line)) items.push(line.slice(2))
    else items.push(`${items.pop()} ${line.trim()}`)
  }
  return { kind: 'list', items }
}

const isText = (line: string) =>
  line !== '' && !FENCE.test(line) && !ITEM.test(line) && !/^[#|]/.test(line)

function blockFrom(lines: string[]): Block {
  const first = lines[0] ?? ''
  if (FENCE.test(first)) return codeFrom(lines)
  if (first.startsWith('|')) return tableFrom(lines)
  if (ITEM.test(first)) return listFrom(lines)
  const [, marks = '', title = ''] = /^(#+) (.*)/.exec(first) ?? []
  lines.shift()
  if (marks === '') return { kind: 'text', text: [first, ...takeWhile(lines, isText)].join(' ') }
  return { kind: 'heading', level: marks.length, text: title }
}

/** Reads as much of Markdown as the documentation of this repository is written in. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  while (lines.length > 0) {
    if (lines[0] === '') lines.shift()
    else blocks.push(blockFrom(lines))
  }
  return blocks
}

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong'; text: string }
  | { kind: 'link'; text: string; to: string }

const INLINE = /`([^`]+)`|\[((?:[^\]]|`[^`]*`)+)\]\(([^)]+)\)|\*([^*]+)\*/g

/** Parts of a text: `code`, [links](to) and *emphasis*. */
export function inlinesOf(text: string): Inline[] {
  const inlines: Inline[] = []
  let end = 0
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, title, to, strong] = match
    if (match.index > end) inlines.push({ kind: 'text', text: text.slice(end, match.index) })
    if (code !== undefined) inlines.push({ kind: 'code', text: code })
    else if (strong !== undefined) inlines.push({ kind: 'strong', text: strong })
    else inlines.push({ kind: 'link', text: (title ?? '').replaceAll('`', ''), to: to ?? '' })
    end = match.index + whole.length
  }
  if (end < text.length) inlines.push({ kind: 'text', text: text.slice(end) })
  return inlines
}
