#!/usr/bin/env node
import '../navigator.ts'
import process from 'node:process'
import { runProgram } from './program.ts'

// Whoever reads has seen enough, as `head` has: the work goes on, and what it says is not heard.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const exitCode = await runProgram(process.argv.slice(2), process)
if (exitCode !== undefined) process.exitCode = exitCode
