import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readRecipe } from '../recipes/recipe.ts'
import {
  quayApplication,
  quayDockerToken,
  quayFirstUser,
  quayOrganization,
  quayUser,
} from './ansible-accounts.ts'
import { AnsibleApi, ModuleFailure } from './ansible-api.ts'
import { quayDefaultPerm, quayRobot, quayTeam } from './ansible-modules.ts'
import { quayRepository } from './ansible-repository.ts'
import { type ClientStage, PROFILE_NAMES, startClientStage } from './client-stage.ts'

const CI = { issuer: 'https://ci.example.com', subject: 'repo:acme/web' }
const absent = { state: 'absent' } as const

let stage: ClientStage
let org: string
let api: AnsibleApi
let admin: AnsibleApi

/** What a task says it changed, run twice: the second time nothing is left to do. */
const twice = async (task: () => Promise<boolean>) => [await task(), await task()]
const ONCE = [true, false]

describe.each(PROFILE_NAMES)('the Ansible collection on the profile %s', (profile) => {
  beforeAll(async () => {
    stage = await startClientStage(profile)
    api = new AnsibleApi(stage.url, stage.tokens.alice)
    admin = new AnsibleApi(stage.url, stage.tokens.admin)
  })
  beforeEach(async () => {
    org = await stage.organization()
  })
  afterAll(() => stage.close())

  describe('quay_robot', () => {
    it.each(['organization', 'user'])('creates and deletes a robot of %s once', async (kind) => {
      const name = kind === 'user' ? 'builder' : `${org}+builder`
      const task = { name, description: 'builds' }
      const first = await quayRobot(api, task)

      expect(first).toMatchObject({ changed: true, name: name.replace(/^b/, 'alice+b') })
      expect(await quayRobot(api, task)).toEqual({ ...first, changed: false })
      expect(await stage.opensRegistry({ name: '', token: '', ...first })).toBe(true)
      const remove = async () => (await quayRobot(api, { ...task, ...absent })).changed
      expect(await twice(remove)).toEqual(ONCE)
      expect((await quayRobot(api, task)).token).not.toBe(first.token)
      expect(await remove()).toBe(true)
    })

    it.each(['organization', 'user'])('sets the federation of a robot of %s', async (kind) => {
      const name = kind === 'user' ? 'federated' : `${org}+federated`
      const other = { ...CI, subject: 'repo:acme/other' }
      const set = (...federations: (typeof CI)[]) =>
        twice(async () => (await quayRobot(api, { name, federations })).changed)

      expect(await set(CI)).toEqual(ONCE)
      expect(await set(CI, other)).toEqual(ONCE)
      expect(await set(other)).toEqual(ONCE)
      expect(await set()).toEqual(ONCE)
      expect((await quayRobot(api, { name, ...absent })).changed).toBe(true)
    })

    it('knows namespaces that are missing or of others', async () => {
      await expect(quayRobot(api, { name: 'missing-org+ci' })).rejects.toThrow(
        'The missing-org namespace does not exist.',
      )
      expect((await quayRobot(api, { name: 'missing-org+ci', ...absent })).changed).toBe(false)
      await expect(quayRobot(api, { name: 'bob+ci' })).rejects.toThrow('are not the owner of bob')
    })

    it('prints why a name is refused', async () => {
      await expect(quayRobot(api, { name: `${org}+Bad` })).rejects.toThrow(
        /400: invalid_request: The name for the robot 'Bad' is invalid/,
      )
    })
  })

  describe('quay_team', () => {
    it('keeps a team of people and robots', async () => {
      const robots = [`${org}+ci`, 'alice+own']
      for (const name of [`${org}+ci`, `${org}+cd`]) await quayRobot(api, { name })
      const devs = { organization: org, name: 'devs', role: 'creator', description: 'who develops' }
      const keep = (...members: string[]) => twice(() => quayTeam(api, { ...devs, members }))

      expect(await keep('bob', `${org}+ci`)).toEqual(ONCE)
      expect(await keep('carol', `${org}+ci`, `${org}+cd`)).toEqual(ONCE)
      expect(await keep()).toEqual(ONCE)
      await expect(quayTeam(api, { ...devs, members: ['nobody', ...robots] })).rejects.toThrow(
        'does not exist: nobody, alice+own',
      )
      expect(await twice(() => quayTeam(api, { ...devs, role: 'member' }))).toEqual(ONCE)
      expect(await twice(() => quayTeam(api, { ...devs, ...absent }))).toEqual(ONCE)
    })

    it('deletes a team of administrators, which it makes members first', async () => {
      const task = { organization: org, name: 'admins', role: 'admin' }
      await quayTeam(api, task)

      expect(await twice(() => quayTeam(api, { ...task, ...absent }))).toEqual(ONCE)
      expect(await quayTeam(api, { ...task, organization: 'missing-org', ...absent })).toBe(false)
    })
  })

  it('quay_default_perm keeps default permissions of robots, users and teams', async () => {
    await quayRobot(api, { name: `${org}+ci` })
    await quayTeam(api, { organization: org, name: 'devs' })
    const tasks = [
      { organization: org, name: `${org}+ci` },
      { organization: org, name: 'bob', creator: 'alice' },
      { organization: org, name: 'bob' },
      { organization: org, name: 'devs', type: 'team' as const },
    ]

    for (const task of tasks) {
      expect(await twice(() => quayDefaultPerm(api, task))).toEqual(ONCE)
      expect(await twice(() => quayDefaultPerm(api, { ...task, role: 'write' }))).toEqual(ONCE)
    }
    for (const task of tasks) {
      expect(await twice(() => quayDefaultPerm(api, { ...task, ...absent }))).toEqual(ONCE)
    }
    await expect(quayDefaultPerm(api, { organization: org, name: `${org}+no` })).rejects.toThrow(
      `does not exist: ${org}+no`,
    )
  })

  it('quay_repository keeps a repository and who may do what in it', async () => {
    const name = `${org}/app/web`
    await quayRobot(api, { name: `${org}+ci` })
    await quayTeam(api, { organization: org, name: 'devs' })
    const robot = { name: `${org}+ci`, type: 'user', role: 'write' } as const
    const team = { name: 'devs', type: 'team', role: 'read' } as const
    const keep = (task: object) => twice(() => quayRepository(api, { name, ...task }))

    expect(await keep({ description: 'the shop' })).toEqual(ONCE)
    expect(await keep({ description: 'our shop', visibility: 'public' })).toEqual(ONCE)
    const alice = { name: 'alice', type: 'user', role: 'admin' }
    expect(await keep({ perms: [alice, robot, team] })).toEqual(ONCE)
    expect(await keep({ perms: [alice, { ...robot, role: 'read' }] })).toEqual(ONCE)
    expect(await keep({ perms: [alice] })).toEqual(ONCE)
    expect(await keep(absent)).toEqual(ONCE)
  })

  it('quay_repository knows no robots: to it they are users', async () => {
    const perms = [{ name: `${org}+ci`, type: 'robot', role: 'write' }] as never
    await expect(quayRepository(api, { name: `${org}/shop`, perms })).rejects.toThrow(
      'value of type must be one of: user, team, got: robot found in perms',
    )
  })

  it('runs the playbook of the recipe, whose second run changes nothing', async () => {
    const places = { acme: `${org}-shop`, 'https://robots.example.com': stage.url }
    const [, [play]] = (await readRecipe('ansible.md', places)).yaml
    const tasks: Record<string, object>[] = play.tasks
    const modules: Record<string, (task: never) => Promise<boolean>> = {
      quay_organization: (task) => quayOrganization(admin, task),
      quay_robot: async (task) => (await quayRobot(admin, task)).changed,
      quay_repository: (task) => quayRepository(admin, task),
    }
    const playOnce = async () => {
      const changed = []
      for (const [name = '', task] of tasks.flatMap(Object.entries)) {
        changed.push(await modules[name.replace('infra.quay_configuration.', '')]?.(task as never))
      }
      return changed
    }
    expect(await playOnce()).toEqual([true, true, true])
    expect(await playOnce()).toEqual([false, false, false])
  })

  it('quay_organization makes, changes, renames and deletes an organization', async () => {
    const name = `${org}-made`
    const keep = (task: object) => twice(() => quayOrganization(admin, { name, ...task }))

    expect(await keep({ email: `${name}@example.com` })).toEqual(ONCE)
    expect(await keep({ email: `${name}2@example.com` })).toEqual(ONCE)
    expect(await keep({ newName: `${name}-new` })).toEqual(ONCE)
    expect(await keep({ name: `${name}-new`, ...absent })).toEqual(ONCE)
  })

  it('quay_application makes, changes and deletes an application', async () => {
    const task = { organization: org, name: 'console', redirectUri: 'https://example.com/back' }
    const first = await quayApplication(api, task)

    expect(first).toMatchObject({ changed: true, clientId: expect.stringMatching(/./) })
    expect(await quayApplication(api, task)).toEqual({ ...first, changed: false })
    const described = { ...task, description: 'of the operators' }
    expect(await quayApplication(api, described)).toEqual(first)
    const remove = async () => (await quayApplication(api, { ...task, ...absent })).changed
    expect(await twice(remove)).toEqual(ONCE)
  })

  it('quay_first_user is refused where there are users, with the words that it prints', async () => {
    const user = { username: 'second', password: 'correct-horse', email: 'second@example.com' }

    await expect(quayFirstUser(new AnsibleApi(stage.url), user)).rejects.toThrow(
      '400: Cannot initialize user in a non-empty database',
    )
  })

  it('quay_user makes, changes and deletes a user', async () => {
    const username = `${org}-user`
    const keep = (task: object) => twice(() => quayUser(admin, { username, ...task }))

    expect(await keep({ email: `${username}@example.com` })).toEqual(ONCE)
    expect(await keep({ email: `${username}2@example.com`, enabled: false })).toEqual(ONCE)
    expect(await keep({ password: 'correct-horse' })).toEqual([true, true])
    expect(await keep(absent)).toEqual(ONCE)
    await expect(quayUser(admin, { username: 'admin', ...absent })).rejects.toThrow('superuser')
    await expect(quayUser(api, { username })).rejects.toThrow(ModuleFailure)
  })

  it('quay_docker_token shows the same secret until it is deleted', async () => {
    const task = { title: `laptop of ${org}` }
    const first = await quayDockerToken(api, task)

    expect(first).toEqual({ changed: true, code: expect.stringMatching(/./) })
    expect(await quayDockerToken(api, task)).toEqual({ ...first, changed: false })
    expect(await stage.opensRegistry({ name: '$app', token: first.code ?? '' })).toBe(true)
    const remove = async () => (await quayDockerToken(api, { ...task, ...absent })).changed
    expect(await twice(remove)).toEqual(ONCE)
    expect(await stage.opensRegistry({ name: '$app', token: first.code ?? '' })).toBe(false)
  })
})

it('quay_first_user makes the first user of an empty service, who can work at once', async () => {
  const fresh = await startClientStage('live')
  try {
    await fresh.database.reset()
    const user = { username: 'first', password: 'correct-horse', email: 'first@example.com' }
    const token = await quayFirstUser(new AnsibleApi(fresh.url), user)

    const first = new AnsibleApi(fresh.url, token)
    expect(await first.whoAmI()).toBe('first')
    expect(await quayOrganization(first, { name: 'acme' })).toBe(true)
    expect((await quayRobot(first, { name: 'acme+ci' })).changed).toBe(true)
  } finally {
    await fresh.close()
  }
})
