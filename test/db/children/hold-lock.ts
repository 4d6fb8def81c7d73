import { lockFolder } from '../../../src/db/folder-lock.ts'

// hold-lock FOLDER: prints `locked` and holds on, or prints the error.

const folder = process.argv[2] ?? ''
try {
  await lockFolder(folder)
  process.stdout.write('locked\n')
  setInterval(() => {}, 60_000)
} catch (error) {
  process.stdout.write(`${(error as Error).name}: ${(error as Error).message}\n`)
}
