import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { listenOnLoopback } from '../helpers/loopback-server.ts'
import { startApplyStage } from './apply-stage.ts'

// What cannot be: told before anything is changed, where that can be known; else what was changed, and what was not.

let stage: Awaited<ReturnType<typeof startApplyStage>>
beforeAll(async () => {
  stage = await startApplyStage()
  await stage.organization('acme')
  await stage.robot('acme+ci')
  await stage.team('acme', { name: 'pipeline', role: 'admin', members: ['acme+ci'] })
})
afterAll(() => stage.close())

let since = 0
beforeEach(() => {
  since = stage.requests.length
})
/** How many requests of this test could change something. */
const writes = () => stage.requests.slice(since).filter((method) => method !== 'GET').length

/** Applies a file of this text with another token; it may change nothing. */
async function refused(text: string, ...args: string[]) {
  const { code, stdout, stderr } = await stage.apply(text, ...args)
  expect([stdout, writes()]).toEqual(['', 0])
  return { code, stderr }
}

const withToken = async (name: string, token: string | Promise<string>) => {
  await stage.write(name, await token)
  return ['--token-file', name]
}
const FILE = 'organization: acme\nrobots:\n  new:\nrepositories:\n  web:\n'

test.each<[string, string, Scope[], string]>([
  [
    'of nobody there',
    'bob',
    ['org:admin'],
    'acme: the token may not read its robots (org:admin, of an administrator): ',
  ],
  [
    'without repo:admin',
    'alice',
    ['org:admin', 'repo:write'],
    'acme: the token may not read its repositories and the roles in them (repo:admin): ',
  ],
  [
    'without org:admin',
    'alice',
    ['repo:admin', 'user:admin'],
    'acme: the token may not read its robots (org:admin, of an administrator): ',
  ],
])('a token %s is refused before anything is changed', async (_, name, scopes, words) => {
  const args = await withToken('other', stage.token(name, scopes))
  const { code, stderr } = await refused(FILE, ...args)
  expect([code, stderr.startsWith(words)]).toEqual([1, true])
})

test('a token that is no good, and one that may not make organizations, are refused', async () => {
  expect(await refused(FILE, ...(await withToken('other', 'x'.repeat(40))))).toEqual({
    code: 1,
    stderr: 'the token is wrong, revoked or expired (401)\n',
  })
  const args = await withToken('other', stage.token('alice', ['org:admin', 'repo:admin']))
  const made = await refused('organization: other\n', ...args)
  expect(made.stderr).toMatch(
    /^other: there is no such organization, and the token may not make it/,
  )
  expect(
    await refused(
      'organization: acme\nemail: a@b.co\n',
      ...(await withToken('other', stage.token('bob', ['org:admin']))),
    ),
  ).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^acme: the token does not administer the organization, which email takes/,
    ),
  })
})

test('a robot applies what robots may; what they may not is told first', async () => {
  const token = stage.robotToken('acme+ci', ['org:admin', 'repo:admin', 'user:read'])
  const args = await withToken('robot', token)
  const { stderr } = await refused(
    'organization: acme\npolicy: {robots_max: 100}\nrobots: {one: }\n',
    ...args,
  )
  expect(stderr).toBe(
    'acme.yaml:2: change robot policy of acme: robots_max none → 100: no robot may do that: use the token of a user\n',
  )
  const forPeople = [
    [
      'issuers: {it: {issuer: https://it.example.com, jwks: {keys: [{kty: OKP, crv: Ed25519, kid: k, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}}',
      'add issuer it of acme',
    ],
    [
      'robots: {ci: {federation: [{issuer: https://it.example.com, subject: x, audiences: [a], api_scopes: org:admin}]}}',
      'add federation entry of acme+ci',
    ],
  ] as const
  for (const [said, words] of forPeople) {
    const refusal = await refused(`organization: acme\n${said}\n`, ...args)
    expect(refusal.stderr).toContain(`acme.yaml:2: ${words}`)
    expect(refusal.stderr).toMatch(/: no robot may do that: use the token of a user\n$/)
  }
  const made = await stage.apply(
    'organization: acme\nrobots: {one: }\nrepositories: {web: }\n',
    ...args,
  )
  expect(made.stdout).toBe(`add robot acme+one
add repository acme/web: visibility private
left as it is, though no file names it: robot acme+ci
With --prune, these are removed.
2 changes made.
`)
})

test('who and what is not there is named with its line', async () => {
  const { code, stderr } = await refused(`organization: acme
teams:
  devs:
    members:
      - nobody
      - acme+cii
repositories:
  web:
    permissions:
      teams: {dev: read}
      robots: {ci: write}
      users: {nobody: read}
robots:
  ci:
  gone: {expires_at: "2020-01-01T00:00:00Z"}
`)
  expect([code, stderr.trim().split('\n')]).toEqual([
    2,
    [
      'acme.yaml:15: robots.gone: 2020-01-01T00:00:00Z has passed: write a later time, or enabled: false',
      'acme.yaml:5: there is no user nobody',
      'acme.yaml:6: there is no robot cii (did you mean ci?)',
      'acme.yaml:10: there is no team dev (did you mean devs?)',
    ],
  ])
  // What would be pruned cannot be referred to.
  const pruned = await refused(
    'organization: acme\nrobots: {}\ndefault_permissions: [{robot: ci, role: read}]\n',
    '--prune',
  )
  expect(pruned).toEqual({ code: 2, stderr: 'acme.yaml:3: there is no robot ci\n' })
})

test('where a change fails, what was made stays and is told; the next run goes on', async () => {
  await stage.organization('full')
  const policy = '/api/v1/organization/full/robot-policy'
  const alice = await stage.client('alice', 'org:admin')
  await alice.put(policy, { robots_max: 1 }).expect(200)
  const file = 'organization: full\nrobots:\n  one:\n  two:\nrepositories:\n  web:\n'
  const { code, stdout, stderr } = await stage.apply(file)
  expect([code, stdout]).toEqual([1, 'add robot full+one\n'])
  expect(stderr).toMatch(
    /^acme\.yaml:4: add robot full\+two: .*robots.* \(400\)\nChanges made before: 1\. Not made:\n/,
  )
  expect(stderr).toContain(
    '\n  add robot full+two\n  add repository full/web: visibility private\n',
  )

  // What only allows more comes before what it allows.
  const wider = await stage.apply(`${file}policy: {robots_max: 2}\n`)
  expect(wider.stdout).toBe(
    'change robot policy of full: robots_max 1 → 2\nadd robot full+two\nadd repository full/web: visibility private\n3 changes made.\n',
  )
})

test('what a new repository gets by itself goes with --prune, and is told without', async () => {
  await stage.organization('shop')
  const head = 'organization: shop\nteams: {owners: }\n'
  const defaults = 'default_permissions: [{team: owners, role: read}]\n'
  await stage.apply(head + defaults)
  const file = `${head}repositories: {web: {permissions: {teams: {}, users: {}}}}\n`
  expect((await stage.apply(file)).stdout).toBe(
    'add repository shop/web: visibility private\n1 change made.\n',
  )
  expect(
    (await stage.apply(file)).stdout,
  ).toBe(`left as it is, though no file names it: role read of team owners in shop/web
left as it is, though no file names it: role admin of user alice in shop/web
With --prune, these are removed.
Nothing to do: ${stage.url} is what the files say.
`)
  const more = file.replace('web:', 'app: {permissions: {teams: {}, users: {}}}, web:')
  expect(
    (await stage.apply(more, '--prune')).stdout,
  ).toBe(`add repository shop/app: visibility private
remove role read of team owners in shop/web
remove role admin of user alice in shop/web
remove role read of team owners in shop/app
remove role admin of user alice in shop/app
5 changes made.
`)
  expect((await stage.apply(more, '--prune')).stdout).toMatch(/^Nothing to do/m)
})

test('an audience that the service enters is no difference', async () => {
  const file = `organization: acme
robots:
  ci:
    federation: [{issuer: https://issuer.example.com, subject: x}]
policy: {federation_audiences: default}
`
  expect((await stage.apply(file)).stdout).toMatch(/2 changes made/)
  expect((await stage.apply(file)).stdout).toMatch(/^Nothing to do/m)
  const other = file.replace('subject: x', 'subject: y')
  expect((await stage.apply(other, '--prune')).stdout).toMatch(
    /^add federation entry of acme\+ci for y .*\nremove federation entry of acme\+ci for x /,
  )
  expect((await stage.apply(other)).stdout).toMatch(/^Nothing to do/m)
})

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean> | boolean

/** Applies through a door to the service, which may answer itself. */
async function throughDoor(text: string, answer: Answer, ...args: string[]) {
  const door = createServer(async (request, response) => {
    if (await answer(request, response)) {
      if (!response.writableEnded) response.end('{}')
      return
    }
    const { method = '', url, headers } = request
    const chunks = await request.toArray()
    const { authorization, 'content-type': type, 'if-match': tag } = headers
    const given = { authorization, 'content-type': type, 'if-match': tag }
    const sent = Object.entries(given).filter(([, value]) => value !== undefined)
    const answered = await fetch(`${stage.url}${url}`, {
      method,
      headers: Object.fromEntries(sent) as Record<string, string>,
      body: chunks.length > 0 ? Buffer.concat(chunks) : null,
    })
    response.writeHead(answered.status, Object.fromEntries(answered.headers))
    response.end(await answered.text())
  })
  const { port, close } = await listenOnLoopback(door)
  try {
    await stage.write('acme.yaml', text)
    const server = `http://127.0.0.1:${port}`
    return await stage.run('apply', '-f', 'acme.yaml', '--server', server, ...args)
  } finally {
    await close()
  }
}

test('a service that has too much to do is asked again; a change only where it was not begun', async () => {
  const busy: Record<string, number[]> = { GET: [503, 429, 502, 504], PUT: [429, 429] }
  const forAWhile: Answer = ({ method = '' }, response) => {
    const status = busy[method]?.shift()
    if (status) response.writeHead(status, { 'retry-after': '0' })
    return status !== undefined
  }
  const file = 'organization: acme\nrobots: {busy: }\n'
  expect((await throughDoor(file, forAWhile)).stdout).toMatch(
    /^add robot acme\+busy\n(.*\n)*1 change made/,
  )
  expect(busy).toEqual({ GET: [], PUT: [] })

  let tried = 0
  const failing: Answer = ({ method }, response) => {
    if (method !== 'PATCH') return false
    tried++
    response.writeHead(503, { 'retry-after': '0' })
    return true
  }
  const changed = await throughDoor(
    'organization: acme\nrobots: {busy: {description: b}}\n',
    failing,
  )
  expect(changed).toMatchObject({ code: 3, stdout: '' })
  expect(changed.stderr).toMatch(
    /^acme\.yaml:2: change robot acme\+busy: .* failed: no reason given \(503\)\n/,
  )
  expect(tried).toBe(1)
})

test('a change that nobody answers is not sent again: it may have been made', async () => {
  let tried = 0
  const cut: Answer = ({ method, socket }) => {
    if (method !== 'PATCH') return false
    tried++
    socket.destroy()
    return true
  }
  const file = 'organization: acme\nrobots: {busy: {description: cut}}\n'
  expect(await throughDoor(file, cut)).toMatchObject({
    ...{ code: 3, stdout: '' },
    stderr: expect.stringContaining('does not answer'),
  })
  expect(tried).toBe(1)
})

test('whoever applies leaves a team of members as any other does, with --prune', async () => {
  await stage.organization('crew')
  const file = 'organization: crew\nteams: {owners: {members: []}, devs: {members: MEMBERS}}\n'
  await stage.apply(file.replace('MEMBERS', '[alice, bob]'))
  const { stdout } = await stage.apply(file.replace('MEMBERS', '[bob]'), '--prune')
  expect(stdout).toMatch(
    /^remove member alice of team devs of crew\nleft as it is.* of team owners of crew\n/,
  )
})

test('what somebody else has changed meanwhile is not overwritten', async () => {
  const alice = await stage.client('alice', 'org:admin')
  const meanwhile: Answer = async ({ method }) => {
    if (method === 'PATCH') {
      await alice
        .patch('/api/v1/organization/acme/robots/ci', { description: 'of alice' })
        .expect(200)
    }
    return false
  }
  const { code, stderr } = await throughDoor(
    'organization: acme\nrobots: {ci: {description: x}}\n',
    meanwhile,
  )
  expect(code).toBe(1)
  expect(stderr).toContain('somebody has changed it meanwhile (412)')
})

const ENTRY = '{issuer: https://issuer.example.com, subject: raced, audiences: [a]}'

test('nor is an entry removed that somebody else has changed, nor the policy replaced', async () => {
  const alice = await stage.client('alice', 'org:admin')
  const robot = '/api/v1/organization/acme/robots/raced'
  await stage.apply(`organization: acme\nrobots: {raced: {federation: [${ENTRY}]}}\n`)
  const changes: [said: string, method: string, change: () => Promise<unknown>][] = [
    [
      'robots: {raced: {federation: []}}',
      'DELETE',
      async () => {
        const { entries } = (await alice.get(`${robot}/federation/entries`).expect(200)).body
        const of = `${robot}/federation/entries/${entries[0].id}`
        await alice.patch(of, { expires_in: 700 }).expect(200)
      },
    ],
    [
      'policy: {robots_max: 90}',
      'PUT',
      () => alice.put('/api/v1/organization/acme/robot-policy', { robots_max: 80 }).expect(200),
    ],
  ]
  for (const [said, changing, change] of changes) {
    const meanwhile: Answer = async ({ method }) => {
      if (method === changing) await change()
      return false
    }
    const file = `organization: acme\n${said}\n`
    const { code, stderr } = await throughDoor(file, meanwhile, '--prune')
    expect([code, stderr]).toEqual([1, expect.stringContaining('has changed it meanwhile (412)')])
  }
  await alice.put('/api/v1/organization/acme/robot-policy', {}).expect(200)
})

test('what somebody else has removed meanwhile is gone, as it should be', async () => {
  const alice = await stage.client('alice', 'org:admin', 'repo:admin')
  await stage.organization('pruned')
  await stage.robot('pruned+gone')
  const kept = (more: string) => `organization: pruned\n${more}\n`
  await stage.apply(
    kept(`robots: {gone: {federation: [${ENTRY}]}, kept: {federation: [${ENTRY}]}}
issuers: {}
teams: {gone: {members: [bob]}, kept: {members: [carol]}}
repositories:
  gone: {}
  kept: {permissions: {teams: {kept: read}, robots: {kept: read}, users: {bob: read}}}
default_permissions: [{team: kept, role: read}]`),
  )
  const meanwhile: Answer = async ({ method, url = '' }) => {
    if (method === 'DELETE') await alice.delete(url).expect(204)
    return false
  }
  const file = kept(`robots: {kept: {federation: []}}
teams: {owners: {}, kept: {members: []}}
repositories: {kept: {permissions: {teams: {}, robots: {}, users: {alice: admin}}}}
default_permissions: []`)
  const { code, stdout, stderr } = await throughDoor(file, meanwhile, '--prune')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.match(/^remove \S+ [^\s:]+/gm)).toEqual([
    'remove role read',
    'remove role read',
    'remove role read',
    'remove role read',
    'remove federation entry',
    'remove member carol',
    'remove repository pruned/gone',
    'remove robot pruned+gone',
    'remove team gone',
  ])
})

test('robots and teams that a token may not ask for are taken to be there', async () => {
  await stage.team('acme', { name: 'makers', role: 'creator', members: ['bob'] })
  const bob = await stage.client('bob', 'repo:create')
  const made = { namespace: 'acme', repository: 'made', visibility: 'private', description: '' }
  await bob.post('/api/v1/repository', made).expect(201)
  const args = await withToken('maker', stage.token('bob', ['repo:admin']))
  const permissions = '{teams: {makers: read}, robots: {ci: write}, users: {carol: read}}'
  const file = `organization: acme\nrepositories: {made: {permissions: ${permissions}}}\n`
  expect(await stage.apply(file, ...args)).toMatchObject({ code: 0, stderr: '' })
  const alice = await stage.client('alice', 'repo:admin')
  const role = await alice.get('/api/v1/repository/acme/made/permissions/user/acme+ci').expect(200)
  expect(role.body.role).toBe('write')
})

test('what must not go is no more gone than before, whatever the refusal', async () => {
  const refusing: Answer = ({ method }, response) => {
    if (method === 'DELETE') response.writeHead(400)
    return method === 'DELETE'
  }
  const { code, stderr } = await throughDoor(
    'organization: pruned\nrobots: {}\n',
    refusing,
    '--prune',
  )
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('Changes made before: 0. Not made:\n'),
  ])
})

test('where what a new repository got by itself cannot go, all that was made is counted', async () => {
  await stage.organization('store')
  const failing: Answer = ({ method }, response) => {
    if (method === 'DELETE') response.writeHead(400)
    return method === 'DELETE'
  }
  const file =
    'organization: store\nrepositories: {web: {permissions: {users: {}}}, app: {permissions: {users: {}}}}\n'
  const { code, stderr } = await throughDoor(file, failing, '--prune')
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('Changes made before: 2. Not made:\n'),
  ])
})

test('whoever makes an organization stays in its administrators, with --prune, too', async () => {
  const file = 'organization: seats\nteams: {owners: {members: [carol]}}\n'
  expect((await stage.apply(file, '--prune')).stdout).toBe(`add organization seats
add member carol of team owners of seats
left as it is, though no file names it: member alice of team owners of seats
With --prune, these are removed.
2 changes made.
`)
})

test('who a token may not ask for counts as there', async () => {
  const args = await withToken('other', stage.token('alice', ['org:admin']))
  const { code, stdout } = await stage.apply(
    'organization: seats\nteams: {readers: {members: [bob]}}\n',
    ...args,
  )
  expect([code, stdout]).toEqual([0, expect.stringContaining('add member bob of team readers')])
})

test('what the operator decides for all organizations is no difference, and no failure', async () => {
  const decided: Answer = ({ url = '' }, response) => {
    const answers: Record<string, object> = {
      'robot-policy?effective=true': { secrets_allowed: false, federation_audiences: 'default' },
      'federation/audience': { audience: 'https://ours.example.com' },
    }
    const [, answer] = Object.entries(answers).find(([end]) => url.endsWith(end)) ?? []
    if (answer) response.end(JSON.stringify(answer))
    return answer !== undefined
  }
  const said = '{issuer: https://issuer.example.com, subject: x}'
  const stored = said.replace('}', ', audiences: [https://ours.example.com]}')
  const file = (entry: string) =>
    `organization: seats\nrobots: {keyless: {federation: [${entry}]}}\n`
  expect((await throughDoor(file(stored), decided)).stdout).toMatch(
    /^add robot seats\+keyless: secret false\n/,
  )
  expect((await throughDoor(file(said), decided)).stdout).toMatch(/^Nothing to do/m)
})

test('a service that is none is told from one that refuses', async () => {
  const file = 'organization: acme\n'
  const sendsOn: Answer = (_, response) => {
    response.writeHead(302, { location: 'https://elsewhere.example.com/' })
    return true
  }
  expect(await throughDoor(file, sendsOn)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('sends callers on to https://elsewhere.example.com/'),
  })
  await stage.write('acme.yaml', file)
  const elsewhere = (server: string) => stage.run('apply', '-f', 'acme.yaml', '--server', server)
  expect(await elsewhere('http://robots.example.com')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--plain-http'),
  })
  expect(await elsewhere('ftp://robots')).toMatchObject({ code: 2 })
})

test('an export leaves out what a higher role for the same makes idle', async () => {
  await stage.organization('idle')
  const alice = await stage.client('alice', 'org:admin', 'repo:admin')
  const delegate = { kind: 'team', name: 'owners' }
  for (const role of ['read', 'write', 'write']) {
    await alice.post('/api/v1/organization/idle/prototypes', { role, delegate }).expect(200)
  }
  expect((await stage.run('export', '--organization', 'idle')).stdout).toMatch(
    /default_permissions:\n {2}- team: owners\n {4}role: write\n$/,
  )
})

test('an export of what the token does not administer is refused', async () => {
  const token = await withToken(
    'other',
    stage.token('bob', ['org:admin', 'repo:admin', 'user:read']),
  )
  const exported = (...args: string[]) => stage.run('export', ...token, ...args)
  expect(await exported()).toMatchObject({ code: 4, stdout: '' })
  expect(await exported('--organization', 'nowhere')).toMatchObject({ code: 4, stdout: '' })
  expect(await exported('--organization', 'acme')).toMatchObject({ code: 1, stdout: '' })
  // Lists leave out what a token may not read: half an export would be taken for the whole.
  const half = await withToken('half', stage.token('alice', ['org:admin', 'user:read']))
  expect(await stage.run('export', ...half)).toMatchObject({ code: 1, stdout: '' })
})
