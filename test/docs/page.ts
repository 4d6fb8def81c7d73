import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

export const readText = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

export const THREAT_MODEL = readText('docs/threat-model.md')

/** The cells of a table's rows, that of the heads first: the table between two comments of the name. */
export function markedTable(name: string): string[][] {
  const [, text = ''] = THREAT_MODEL.split(new RegExp(`<!-- /?${name} -->`))
  return cellsOf(text)
}

/** What stands between backticks. */
export const quotedIn = (text: string) =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, quoted = '']) => quoted)

function cellsOf(text: string): string[][] {
  const [heads, , ...rows] = text.trim().split('\n')
  return [heads ?? '', ...rows].map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
