import { commandLine } from '../command-line.ts'
import { explain } from './error-words.ts'
import { EXIT_CODES } from './exit-codes.ts'

interface Asked {
  /** Whether a program reads, which gets `{"error", "message"}`. */
  wantsJson: boolean
  /** As it was typed, with a blank after it: its help is pointed to. */
  command: string
}

/** Says on standard error what is wrong, and sets the exit code. */
export function reportError(error: Error, { wantsJson, command }: Asked) {
  const { kind, message } = explain(error)
  process.exitCode = EXIT_CODES[kind]
  process.stderr.write(`${wantsJson ? asJson(kind, message) : asWords(kind, message, command)}\n`)
}

const asJson = (error: string, message: string) => JSON.stringify({ error, message })

const asWords = (kind: string, message: string, command: string) =>
  kind === 'usage' ? `error: ${message}\nSee: ${commandLine(`${command}--help`)}` : message
