import type { Writable } from 'node:stream'
import { commandLine } from '../command-line.ts'
import { explain } from './error-words.ts'
import { EXIT_CODES } from './exit-codes.ts'

interface Asked {
  /** Whether a program reads, which gets `{"error", "message"}`. */
  wantsJson: boolean
  /** As it was typed, with a blank after it: its help is pointed to. */
  command: string
}

/** Says on standard error what is wrong. @returns the exit code */
export function reportError(error: Error, { wantsJson, command }: Asked, stderr: Writable): number {
  const { kind, message } = explain(error)
  stderr.write(`${wantsJson ? asJson(kind, message) : asWords(kind, message, command)}\n`)
  return EXIT_CODES[kind]
}

const asJson = (error: string, message: string) => JSON.stringify({ error, message })

const asWords = (kind: string, message: string, command: string) =>
  kind === 'usage' ? `error: ${message}\nSee: ${commandLine(`${command}--help`)}` : message
