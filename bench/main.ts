import { writeFile } from 'node:fs/promises'
import { openEngine } from './engines.ts'
import { MODES } from './modes.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { machine } from './report.ts'
import { say, track, undoAll } from './started.ts'

async function main() {
  if (process.argv.includes('--help')) {
    say(USAGE)
    return
  }
  const options = optionsOrUsage()
  if (options === undefined) return
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await undoAll()
      process.exit(1)
    })
  }
  try {
    const engine = await openEngine(options.engine, options.databaseUrl)
    track(engine.stop)
    const facts = { engine: engine.name, ...engine.facts, machine: machine() }
    const save = (figures: object) =>
      writeFile(options.out, `${JSON.stringify({ ...facts, ...figures }, null, 2)}\n`)
    const { figures, text, missed } = await MODES[options.mode](engine, options, save)
    say(`\n${JSON.stringify(facts)}\n\n${text}`)
    await save({ ...figures, missed })
    if (missed.length > 0) process.exitCode = 1
  } finally {
    await undoAll()
  }
}

function optionsOrUsage(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2), process.env)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
    process.exitCode = 2
    return undefined
  }
}

await main()
