import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from '../../src/domain/scopes.ts'
import { quayRobots } from '../cli/program.ts'
import { startStage } from '../helpers/stage.ts'

/** What whoever administers an organization needs of a token for all of its file. */
const ALL_SCOPES: Scope[] = ['user:admin', 'org:admin', 'repo:admin', 'repo:create']

/** A service with alice on it, and a folder of files from which the program works on it. */
export async function startApplyStage() {
  const requests: string[] = []
  const stage = await startStage()
  stage.app.server.on('request', ({ method = '' }) => requests.push(method))
  await stage.people('alice', 'bob', 'carol')
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-apply-'))
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  await write('token', await stage.token('alice', ALL_SCOPES))

  /** Runs a command in the folder, on the service, with alice's token, unless others are named. */
  const run = (...args: string[]) => {
    const token = args.includes('--token-file') ? [] : ['--token-file', 'token']
    const server = args.includes('--server') ? [] : ['--server', stage.url]
    return quayRobots({}, [...args, ...server, ...token], '', folder)
  }

  return {
    ...stage,
    write,
    run,
    /** Methods of all requests, in order. */
    requests,

    /** Applies a file of this text. */
    async apply(text: string, ...args: string[]) {
      await write('acme.yaml', text)
      return run('apply', '-f', 'acme.yaml', ...args)
    },
    async close() {
      await stage.close()
      await rm(folder, { recursive: true })
    },
  }
}
