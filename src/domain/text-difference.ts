import { fittingLength, parseGlob } from './glob.ts'

/**
 * How many characters two texts have alike before the first that differs; undefined where they are the same, or one is no
 * text. A list of one text counts as that text.
 */
export function differsAt(expected: unknown, got: unknown): number | undefined {
  const [one, other] = [textOf(expected), textOf(got)]
  if (one === undefined || other === undefined || one === other) return undefined
  const characters = [...other]
  const index = [...one].findIndex((character, position) => character !== characters[position])
  return index === -1 ? [...one].length : index
}

/** The same of a pattern: how many characters of the text it could begin with; undefined where it is no pattern. */
export function differsFromPatternAt(pattern: string, text: string): number | undefined {
  const glob = parseGlob(pattern)
  return 'problem' in glob ? undefined : [...text.slice(0, fittingLength(glob, text))].length
}

function textOf(value: unknown): string | undefined {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return typeof only === 'string' ? only : undefined
}
