import { readFileSync } from 'node:fs'
import { describeVariable, type VariableName } from './variables.ts'

export type Variables = Record<string, string | undefined>

const textOf = (name: string, variables: Variables) => variables[name]?.trim() || undefined

/** Whether a variable is set, itself or by a file. */
export const isGiven = (name: string, variables: Variables) =>
  (textOf(name, variables) ?? textOf(`${name}_FILE`, variables)) !== undefined

/**
 * Reads a variable. Empty ones count as unset. A secret `NAME` is also read from the file that `NAME_FILE` names, which may
 * not be empty (surrounding white space is dropped).
 *
 * @param problems where what is wrong is added to
 */
export function readVariable(
  name: VariableName,
  variables: Variables,
  problems: string[],
): string | undefined {
  const value = textOf(name, variables)
  const file = describeVariable(name).secret ? textOf(`${name}_FILE`, variables) : undefined
  if (file === undefined) return value
  if (value !== undefined) {
    problems.push(`${name}: set as ${name} and as ${name}_FILE; keep one of them`)
    return value
  }
  try {
    const text = readFileSync(file, 'utf8').trim()
    if (text !== '') return text
    problems.push(`${name}_FILE: the file it names is empty`)
  } catch (error) {
    // The path is not quoted: it is the secret itself if somebody mixed up the two variables.
    const { code } = error as NodeJS.ErrnoException
    problems.push(`${name}_FILE: cannot read the file it names (${code})`)
  }
  return undefined
}
