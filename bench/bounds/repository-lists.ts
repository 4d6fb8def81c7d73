import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { digestOAuthToken, generateOAuthToken } from '../../src/crypto/oauth-token.ts'
import { run, type Statement } from '../growth/fill.ts'
import { median } from '../measure.ts'
import { bearerCall, createAccounts } from '../world.ts'
import type { Bound, Figure } from './bound.ts'

const REPOSITORIES = 150_000
const PAGE = 100
/** Every so many pages one is measured, and the first ones. */
const STEP = 75
const FIRST = 3
const ROUNDS = 31

/** The repositories of one namespace, for its administrator and for somebody with a role of their own in each. */
export const repositoryLists: Bound = {
  name: 'repository lists',
  async measure({ engine, start, say }) {
    const target = await engine.create()
    const first = await start(target)
    const apiToken = await createAccounts(first.url, ['vast', 'other'])
    await first.stop()
    say(`filling a database with ${REPOSITORIES} repositories\n`)
    const granted = generateOAuthToken(randomBytes)
    await run(target, fillings(granted))

    const server = await start(target)
    const url = server.url
    const ask = async (token: string, position: string, namespace = 'vast') => {
      const path = `/api/v1/repository?namespace=${namespace}${position && `&next_page=${position}`}`
      const begin = performance.now()
      const body = await bearerCall(url, token)('GET', path)
      const { repositories, next_page } = body as unknown as Page
      return { ms: performance.now() - begin, repositories, next: next_page }
    }

    const positions = ['']
    let seen = 0
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page = await ask(granted, next)
      seen += page.repositories.length
      next = page.next
      if (next !== undefined) positions.push(next)
    }
    const measured = positions.filter((_, index) => index < FIRST || index % STEP === 0)
    const times = []
    for (const position of measured) times.push(await compare(position))
    const elsewhere = []
    for (let round = 0; round < ROUNDS; round++)
      elsewhere.push((await ask(granted, '', 'other')).ms)
    await server.stop()

    async function compare(position: string) {
      const [mine, administrators]: [number[], number[]] = [[], []]
      for (let round = 0; round < ROUNDS; round++) {
        mine.push((await ask(granted, position)).ms)
        administrators.push((await ask(apiToken, position)).ms)
      }
      return { mine: median(mine), administrators: median(administrators) }
    }

    const [one, two] = times.map(({ administrators }) => administrators)
    const ratios = times.map(({ mine, administrators }) => mine / administrators)
    const worst = Math.max(...ratios)
    const figures: Figure[] = [
      { what: 'repositories missing', value: REPOSITORIES - seen, unit: '', most: 0 },
      { what: "an administrator's first page", value: one ?? Number.NaN, unit: 'ms' },
      { what: 'the second one', value: (two ?? Number.NaN) / (one ?? 0), unit: '×', most: 2 },
      { what: 'with grants: median page', value: median(ratios), unit: '×' },
      { what: 'with grants: worst page', value: worst, unit: '×', most: 1.5 },
      { what: 'with grants elsewhere: empty page', value: median(elsewhere), unit: 'ms' },
    ]
    say(`${measured.length} of ${positions.length} pages of ${PAGE} were compared\n`)
    return figures
  },
}

interface Page {
  repositories: unknown[]
  next_page?: string
}

/** `granted` has a role in each repository of `vast`, and none in as many of `other`. */
const fillings = (token: string): Statement[] => [
  [
    `INSERT INTO namespaces (id, name, kind, email, created_at)
     VALUES ($1, 'granted', 'user', 'granted@example.com', now())`,
    [v7()],
  ],
  [
    `INSERT INTO oauth_tokens (id, user_id, digest, scopes, created_at, expires_at)
     SELECT $1, n.id, $2, '{repo:read}', now(), now() + interval '1 day'
     FROM namespaces n WHERE n.name = 'granted'`,
    [v7(), digestOAuthToken(token)],
  ],
  [
    `INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
     SELECT gen_random_uuid(), n.id, 'repository' || i, 'private', now()
     FROM namespaces n, generate_series(1, $1::int) i WHERE n.name IN ('vast', 'other')`,
    [REPOSITORIES],
  ],
  [
    `INSERT INTO repository_permissions (id, repository_id, user_id, role)
     SELECT gen_random_uuid(), p.id, u.id, 'read'
     FROM namespaces o JOIN repositories p ON p.namespace_id = o.id, namespaces u
     WHERE o.name = 'vast' AND u.name = 'granted'`,
    [],
  ],
  ['VACUUM ANALYZE', []],
]
