#!/usr/bin/env node
import '../navigator.ts'
import process from 'node:process'
import { runProgram } from './program.ts'

const exitCode = await runProgram(process.argv.slice(2), process)
if (exitCode !== undefined) process.exitCode = exitCode
