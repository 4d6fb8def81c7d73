import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { apiOf, invalidRequest } from '../helpers/api.ts'
import { auditEntries, deleteAccounts } from '../helpers/rows.ts'
import { startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What is printed is used: parsed by a YAML parser of its own, and run by a shell.

const REGISTRY = 'registry.example.com:5000'
const OWNERS = {
  user: { path: '/api/v1/user/robots', robot: 'ada+ci_1.x' },
  organization: { path: '/api/v1/organization/acme_dev/robots', robot: 'acme_dev+ci_1.x' },
}

let stage: Stage
let token: string
const passwords: Record<string, string> = {}
beforeAll(async () => {
  stage = await startStage({ config: { registryHost: REGISTRY } })
  await stage.people('ada')
  await stage.organization('acme_dev', 'ada')
  token = await stage.token('ada', ['user:admin', 'org:admin'])
  for (const { path, robot } of Object.values(OWNERS)) {
    const { body } = await stage.api.as(token).put(`${path}/ci_1.x`)
    passwords[robot] = body.token
  }
})
afterAll(async () => {
  await deleteAccounts(stage)
  await stage.close()
})

const ask = (path: string, query: string) =>
  stage.api.as(token).get(`${path}/ci_1.x/credentials${query}`)

describe.each(Object.values(OWNERS))('the credentials of $robot', ({ path, robot }) => {
  const password = () => passwords[robot] as string
  const auth = () => Buffer.from(`${robot}:${password()}`).toString('base64')
  const dockerConfig = () => ({ auths: { [REGISTRY]: { auth: auth(), email: '' } } })
  // Not the only robot that Quay would give this name: test/robots/pull-secrets.test.ts.
  const secretName = expect.stringMatching(
    new RegExp(`^${robot.replace(/[+_.]/g, '-')}--[0-9a-f]{10}-pull-secret$`),
  )

  /** By the operation of the format, in which YAML is text, and by the query. */
  async function taken(format: string, mediaType: string): Promise<string> {
    const textType = mediaType.replace('application/yaml', 'text/plain')
    const texts = []
    for (const [query, type] of [
      [`/${format}`, textType],
      [`?format=${format}`, mediaType],
    ] as const) {
      const answer = await ask(path, query).buffer(true).expect(200)
      expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.text).toMatch(/[^\n]\n$/)
      texts.push(answer.text)
    }
    expect(texts[0]).toBe(texts[1])
    return texts[0] ?? ''
  }

  it('are a configuration of Docker', async () => {
    expect(JSON.parse(await taken('docker-config', 'application/json'))).toEqual(dockerConfig())
  })

  it('are an auth file of Podman', async () => {
    expect(JSON.parse(await taken('podman-auth', 'application/json'))).toEqual({
      auths: { [REGISTRY]: { auth: auth() } },
    })
  })

  it('are a secret of Kubernetes, which holds the configuration of Docker', async () => {
    const { data, ...secret } = parse(await taken('kubernetes-secret', 'application/yaml'))
    expect(secret).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName },
      type: 'kubernetes.io/dockerconfigjson',
    })
    expect(Object.keys(data)).toEqual(['.dockerconfigjson'])
    const file = Buffer.from(data['.dockerconfigjson'], 'base64').toString()
    expect(JSON.parse(file)).toEqual(dockerConfig())
  })

  it('are values of Helm', async () => {
    expect(parse(await taken('helm', 'application/yaml'))).toEqual({
      imageCredentials: { registry: REGISTRY, username: robot, password: password(), email: '' },
      imagePullSecrets: [{ name: secretName }],
    })
  })

  it('are variables, to a shell and to what reads them line by line', async () => {
    const text = await taken('env', 'text/plain')
    const script = `eval "$1"; printf '%s\\n' "$REGISTRY" "$REGISTRY_USERNAME" "$REGISTRY_PASSWORD"`
    const { stdout } = await run('bash', ['-euc', script, 'bash', text])
    expect(stdout).toBe(`${REGISTRY}\n${robot}\n${password()}\n`)
    expect(text).toBe(
      `REGISTRY=${REGISTRY}\nREGISTRY_USERNAME=${robot}\nREGISTRY_PASSWORD=${password()}\n`,
    )
  })

  it('are a command that logs in, with the token on standard input alone', async () => {
    const text = await taken('login-command', 'text/plain')
    expect(await runWithDocker(text)).toEqual({
      args: ['login', '-u', robot, '--password-stdin', REGISTRY],
      input: password(),
    })
  })
})

describe('a request for credentials', () => {
  it.each(['', '?format=', '?format=yaml', '?format=toString', '?format=ENV'])(
    'is refused without a format that exists: %j',
    async (query) => {
      const answer = await ask(OWNERS.user.path, query).expect(400)
      const words = expect.stringMatching(
        /format must be one of: docker-config, kubernetes-secret, podman-auth, env, helm, login-command$/,
      )
      expect(answer.body).toEqual(invalidRequest(stage.url, words))
    },
  )

  it('is for one format', async () => {
    const answer = await ask(OWNERS.user.path, '?format=env&format=helm').expect(400)
    const words = expect.stringMatching(/format must be given once$/)
    expect(answer.body).toEqual(invalidRequest(stage.url, words))
  })

  it('is logged once for its owner, without the token', async () => {
    const count = (await auditEntries(stage.db)).length
    await ask(OWNERS.organization.path, '?format=helm').expect(200)
    await ask(OWNERS.organization.path, '/env').expect(200)
    for (const registry of [REGISTRY, `${REGISTRY}/acme_dev`]) {
      const query = `?format=env&registry=${encodeURIComponent(registry)}`
      await ask(OWNERS.organization.path, query).expect(200)
    }
    await ask(OWNERS.organization.path, '/none').expect(404)
    await ask(OWNERS.organization.path, '?format=none').expect(400)
    const { path } = OWNERS.organization
    await stage.api.as(token).get(`${path}/nobody/credentials?format=env`).expect(404)
    for (const query of ['?format=env', '/env']) {
      await stage.api
        .call('head', `${path}/ci_1.x/credentials${query}`)
        .set('authorization', `Bearer ${token}`)
        .expect(405)
    }
    const entries = (await auditEntries(stage.db)).slice(count)
    const part = { registry: `${REGISTRY}/acme_dev` }
    const exported = [{ format: 'helm' }, ...[{}, {}, part].map((of) => ({ format: 'env', ...of }))]
    expect(entries).toMatchObject(
      exported.map((metadata) => ({
        kind: 'export_robot_credentials',
        namespaceName: 'acme_dev',
        performerName: 'ada',
        ip: '127.0.0.1',
        metadata: { robot: 'ci_1.x', ...metadata },
      })),
    )
    const named = entries.filter(({ metadata }) => 'registry' in (metadata as object))
    expect(named, 'where it is another than that of all').toHaveLength(1)
    expect(JSON.stringify(entries)).not.toContain('QUAYROBOT')
  })
})

describe('a name of the registry that a shell would not take as it is', () => {
  it('is quoted', async () => {
    const registryHost = "it's$(exit 1)`exit 1`;exit"
    const odd = await startService({ database: stage.database, config: { registryHost } })
    try {
      const credentials = async (format: string) => {
        const path = `${OWNERS.user.path}/ci_1.x/credentials?format=${format}`
        return (await apiOf(odd.url).as(token).get(path).buffer(true).expect(200)).text
      }
      const { args } = await runWithDocker(await credentials('login-command'))
      expect(args.at(-1)).toBe(registryHost)
      const script = `eval "$1"; printf %s "$REGISTRY"`
      const { stdout } = await run('bash', ['-euc', script, 'bash', await credentials('env')])
      expect(stdout).toBe(registryHost)
      expect(parse(await credentials('helm')).imageCredentials.registry).toBe(registryHost)
    } finally {
      await odd.close()
    }
  })
})

const run = promisify(execFile)

/** Runs a command line with a `docker` that keeps what it is told. */
async function runWithDocker(command: string) {
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-docker-'))
  try {
    const docker = '#!/bin/sh\nprintf "%s\\n" "$@" > "$KEPT/args"; cat > "$KEPT/input"\n'
    await writeFile(join(folder, 'docker'), docker)
    await chmod(join(folder, 'docker'), 0o755)
    const env = { PATH: `${folder}:${process.env.PATH}`, KEPT: folder }
    await run('bash', ['-euc', command], { env })
    const args = await readFile(join(folder, 'args'), 'utf8')
    return {
      args: args.trimEnd().split('\n'),
      input: await readFile(join(folder, 'input'), 'utf8'),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
