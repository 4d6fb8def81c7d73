import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SCOPES } from '../../src/domain/scopes.ts'
import { newFolder } from '../cli/program.ts'
import { startStage } from '../helpers/stage.ts'

/** What an entry of a CI system says. */
export const ENTRY = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/web:ref:refs/heads/main',
}

export type SourceStage = Awaited<ReturnType<typeof startSourceStage>>

/** A service that answers as a running Quay, with something of all that can be taken over, and a superuser's token of it. */
export async function startSourceStage() {
  const stage = await startStage({ config: { apiProfile: 'live', superusersFullAccess: true } })
  await stage.people('alice', 'bob', 'carol', 'dave')
  await stage.superusers('root')
  await stage.organization('acme', 'alice')
  await stage.organization('globex', 'bob')
  const [deployer, bare, owned] = [
    await stage.robot('acme+deployer', [ENTRY, { ...ENTRY, subject: 'x', audiences: ['a'] }]),
    await stage.robot('acme+bare'),
    await stage.robot('alice+mine'),
  ]
  await stage.team('acme', { name: 'devs', role: 'creator', members: ['carol', 'acme+deployer'] })
  await stage.team('acme', { name: 'admins', role: 'admin', members: ['bob'] })
  const alice = await stage.client('alice', ...SCOPES)
  const put = async (path: string, body: object) =>
    await alice.put(`/api/v1/${path}`, body).expect(200)
  await alice.put('/api/v1/organization/acme/robots/described', {
    description: 'rolls out \u2026',
    unstructured_metadata: { env: 'prod', since: 2024, more: { a: [1] } },
  })
  await alice.put('/api/v1/organization/acme/robots/bound?secret=false', {})
  await put('organization/acme', { email: 'acme@example.com', tag_expiration_s: 86400 })
  await put('organization/acme/team/devs', { role: 'creator', description: 'who *build*' })
  const create = (namespace: string, repository: string, visibility: string) =>
    alice
      .post('/api/v1/repository', { namespace, repository, visibility, description: 'of **web**' })
      .expect(201)
  await create('acme', 'web', 'private')
  await create('acme', 'team/nested', 'public')
  await create('alice', 'dotfiles', 'private')
  const permissions = 'repository/acme/web/permissions'
  await put(`${permissions}/user/dave`, { role: 'read' })
  await put(`${permissions}/user/acme+deployer`, { role: 'write' })
  await put(`${permissions}/team/devs`, { role: 'write' })
  await put('repository/alice/dotfiles/permissions/user/bob', { role: 'admin' })
  for (const [name, kind, more] of [
    ['acme+bare', 'user', {}],
    ['devs', 'team', { activating_user: { name: 'carol' } }],
  ] as const) {
    await alice
      .post('/api/v1/organization/acme/prototypes', {
        ...{ role: 'write', delegate: { name, kind } },
        ...more,
      })
      .expect(200)
  }
  await stage.services.superuserUsers.updateAny('dave', { enabled: false }, {})
  const tokenFile = await tokenFileOf(await stage.token('root', [...SCOPES]))
  return {
    ...stage,
    secrets: { 'acme+deployer': deployer, 'acme+bare': bare, 'alice+mine': owned },
    tokenFile,
    /** A file with a new token of a user. */
    tokenFileFor: async (name: string, scopes = [...SCOPES]) =>
      tokenFileOf(await stage.token(name, scopes)),
  }
}

export async function tokenFileOf(token: string): Promise<string> {
  const file = join(await newFolder(), 'token')
  await writeFile(file, `${token}\n`)
  return file
}
