import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type ClientStage, PROFILE_NAMES, startClientStage } from '../client-stage.ts'
import { type HttpsFront, startHttpsFront } from './https-front.ts'

// Clients as PyPI has them, each driven by a program of its own. Where there is no Python, `setup.ts` says so.

const run = promisify(execFile)
const python = inject('python')

describe.runIf(python).each(PROFILE_NAMES)('on the profile %s', (profile) => {
  let stage: ClientStage
  let front: HttpsFront

  beforeAll(async () => {
    stage = await startClientStage(profile)
    front = await startHttpsFront(stage.url)
  })
  afterAll(async () => {
    await front?.close()
    await stage?.close()
  })

  /** @returns what the program printed, as JSON */
  async function drive(program: string) {
    const file = fileURLToPath(new URL(`${program}.py`, import.meta.url))
    const { stdout } = await run(
      python ?? '',
      [file, front.host, stage.tokens.alice, await stage.organization()],
      { env: { ...process.env, REQUESTS_CA_BUNDLE: front.certificateFile } },
    )
    return JSON.parse(stdout)
  }

  it("qontract-reconcile's Quay module keeps repositories, teams and their permissions", async () => {
    expect(await drive('qontract_reconcile')).toEqual({
      created: [
        ['docs', '', true],
        ['web', 'the shop', false],
      ],
      'created again': 400,
      updated: [
        ['docs', '', false],
        ['web', 'The **shop**', true],
      ],
      'missing team': 'team not found',
      users: [true, false],
      members: ['bob'],
      'members after': [],
      'removed again': null,
      'no permission': null,
      permission: 'write',
      deleted: ['web'],
      'deleted again': null,
    })
  })

  it('pubtools-quay deletes repositories, also missing ones, and takes no tag for a repository', async () => {
    expect(await drive('pubtools_quay')).toEqual({
      created: 201,
      'delete tag': 404,
      after: 200,
      delete: 204,
      'delete again': 204,
      words: [expect.stringMatching(/^Tag 'latest' already doesn't exist in repo '.+\/web'$/)],
    })
  })
})
