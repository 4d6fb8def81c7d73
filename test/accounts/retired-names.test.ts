import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, invalidRequest } from '../helpers/api.ts'
import { type FullStage, type Person, startFullStage } from '../helpers/full-stage.ts'
import { auditEntries, namespaceId } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'

let stage: FullStage
let count = 0
const fresh = () => `vault${count++}`

beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

const create = (person: Person, name: string) =>
  stage.as(person).post('/api/v1/organization/', { name })
const NOT_AVAILABLE = () => invalidRequest(stage.url, 'Username is not available')

async function organization(name = fresh(), owner: Person = 'alice') {
  await create(owner, name).expect(201)
  return name
}

const createRepository = (person: Person, path: string) => {
  const [namespace, ...rest] = path.split('/')
  const repository = rest.join('/')
  return stage.as(person).post('/api/v1/repository', {
    ...{ namespace, repository, visibility: 'private', description: '' },
  })
}

async function makeRepository(path: string, person: Person = 'alice') {
  await createRepository(person, path).expect(201)
  return path
}

/** What a push of a user is granted. */
async function push(person: Person, path: string, password = PASSWORD) {
  const { body } = await stage.api
    .login(person, password)
    .query({ scope: `repository:${path}:pull,push` })
    .expect(200)
  return decodeJwt<{ access: { actions: string[] }[] }>(body.token).access[0]?.actions
}

async function retired(search = '') {
  const names: string[] = []
  let page = ''
  do {
    const { body } = await stage
      .as('root')
      .get(`/api/v1/superuser/retired-names?limit=3${search}${page}`)
      .expect(200)
    names.push(...body.names.map(({ name }: { name: string }) => name))
    page = body.next_page === undefined ? '' : `&next_page=${body.next_page}`
  } while (page !== '')
  return names
}

const release = (name: string, person: Person = 'root') =>
  stage.as(person).delete(`/api/v1/superuser/retired-names/${name}`)

describe('the name of a deleted organization', () => {
  it.each(['/api/v1/organization', '/api/v1/superuser/organizations'])(
    'is for those alone who administered it (DELETE %s)',
    async (base) => {
      const name = await organization()
      await stage.team(name, { name: 'admins', role: 'admin', members: ['bob'] })
      await stage.team(name, { name: 'makers', role: 'creator', members: ['carol'] })
      const who = base.includes('superuser') ? 'root' : 'alice'
      await stage.as(who).delete(`${base}/${name}`).expect(204)
      expect(await retired()).toContain(name)
      for (const person of ['carol', 'dave'] as const) {
        const { body } = await create(person, name).expect(400)
        expect(body).toEqual(NOT_AVAILABLE())
      }
      await create('bob', name).expect(201)
      expect(await retired()).not.toContain(name)
    },
  )

  it('is no name of a new user, of an organization by command, or of a renamed one', async () => {
    const name = await organization()
    const other = await organization(fresh(), 'dave')
    await stage.as('alice').delete(`/api/v1/organization/${name}`).expect(204)
    const { organizations, users } = stage.services
    const dave = await namespaceId(stage.db, 'dave')
    const alice = await namespaceId(stage.db, 'alice')

    await expect(organizations.create({ name, email: undefined }, dave, {})).rejects.toThrow(
      'Username is not available',
    )
    const user = { username: name, password: PASSWORD, superuser: true }
    await expect(users.create(user, {})).rejects.toThrow('Username is not available')
    const made = await stage
      .as('root')
      .post('/api/v1/superuser/users/', { username: name })
      .expect(400)
    expect(made.body).toEqual(NOT_AVAILABLE())
    const path = `/api/v1/superuser/organizations/${other}`
    const renamed = await stage.as('root').put(path, { name }).expect(400)
    expect(renamed.body).toEqual(NOT_AVAILABLE())
    await stage.as('dave').get(`/api/v1/organization/${other}/robots`).expect(200)
    await organizations.create({ name, email: undefined }, alice, {})
  })

  it('is not for somebody who is called like its administrator by now', async () => {
    const [name, user] = [fresh(), fresh()]
    await stage.people(user)
    await stage.organization(name, user)
    await stage.as('root').delete(`/api/v1/superuser/organizations/${name}`).expect(204)
    await stage.as('root').delete(`/api/v1/superuser/users/${user}`).expect(204)
    await release(user).expect(204)
    await stage.people(user)
    const token = await stage.token(user, ['user:admin'])
    await stage.api.as(token).post('/api/v1/organization/', { name }).expect(400)
  })

  it('is taken once when its administrators and others rush for it', async () => {
    const name = await organization()
    await stage.team(name, { name: 'admins', role: 'admin', members: ['bob'] })
    const attempts = [stage.as('alice').delete(`/api/v1/organization/${name}`)]
    const people = ['carol', 'bob', 'dave', 'alice', 'carol', 'bob', 'dave', 'alice'] as const
    const answers = await Promise.all([
      ...attempts,
      ...people.map(async (person, index) => {
        await sleep(5 * index)
        return [person, (await create(person, name)).status]
      }),
    ])
    for (const [person, status] of answers.slice(1) as [Person, number][]) {
      if (person === 'carol' || person === 'dave') expect(status).toBe(400)
    }
    await create('bob', name)
    for (const person of ['carol', 'dave'] as const) await create(person, name).expect(400)
  })

  it('is free once a superuser has released it, in the log', async () => {
    const name = await organization()
    await stage.as('alice').delete(`/api/v1/organization/${name}`).expect(204)
    await release(name, 'alice').expect(403)
    await release(name).expect(204)
    const { body } = await release(name).expect(404)
    expect(body).toEqual(apiError(stage.url, 'not_found'))
    expect(await retired()).not.toContain(name)
    expect((await auditEntries(stage.db)).at(-1)).toMatchObject({
      ...{ kind: 'release_name', namespaceId: null, performerName: 'root', metadata: { name } },
    })
    await create('dave', name).expect(201)
    // Given up again, it is retired again.
    await stage.as('dave').delete(`/api/v1/organization/${name}`).expect(204)
    await create('alice', name).expect(400)
  })
})

describe('the name of a renamed organization', () => {
  const rename = (from: string, to: string) =>
    stage.as('root').put(`/api/v1/superuser/organizations/${from}`, { name: to })

  it('is for the organization itself, and its administrators', async () => {
    const [a, b, c] = [await organization(), fresh(), fresh()]
    await rename(a, b).expect(200)
    await create('dave', a).expect(400)
    await rename(b, c).expect(200)
    await rename(c, a).expect(200)
    expect(await retired()).toEqual(expect.arrayContaining([b, c]))
    expect(await retired()).not.toContain(a)
    await create('dave', b).expect(400)
    await create('alice', b).expect(201)
  })

  it('keeps what creators would find under it, and nothing else', async () => {
    const [a, b] = [await organization(), fresh()]
    await makeRepository(`${a}/app`)
    await makeRepository(`${a}/gone`)
    await rename(a, b).expect(200)
    await stage.as('alice').delete(`/api/v1/repository/${b}/gone`).expect(204)
    await makeRepository(`${b}/later`)
    await organization(a)
    await stage.team(a, { name: 'makers', role: 'creator', members: ['carol'] })
    for (const left of ['app', 'gone']) {
      await createRepository('carol', `${a}/${left}`).expect(400)
      expect(await push('carol', `${a}/${left}`)).toEqual([])
    }
    expect(await push('carol', `${a}/later`)).toEqual(['push', 'pull'])
    await release(`${a}/app`).expect(204)
    expect(await push('carol', `${a}/app`)).toEqual(['push', 'pull'])
    await makeRepository(`${a}/gone`)
  })

  it('stays released for a repository that is deleted later under its new name', async () => {
    const [a, b] = [await organization(), fresh()]
    await makeRepository(`${a}/app`)
    await rename(a, b).expect(200)
    await release(`${a}/app`).expect(204)
    await stage.as('alice').delete(`/api/v1/repository/${b}/app`).expect(204)
    const names = await retired()
    expect(names).toContain(`${b}/app`)
    expect(names).not.toContain(`${a}/app`)
  })

  it('is none of a repository that is made later, and goes with the organization', async () => {
    const [a, b] = [await organization(), fresh()]
    await makeRepository(`${a}/app`)
    await rename(a, b).expect(200)
    await makeRepository(`${b}/later`)
    await organization(a)
    await stage.team(a, { name: 'makers', role: 'creator', members: ['carol'] })
    await stage.as('alice').delete(`/api/v1/organization/${b}`).expect(204)
    expect(await push('carol', `${a}/app`)).toEqual([])
    expect(await push('carol', `${a}/later`)).toEqual(['push', 'pull'])
  })

  it('is none of a repository that is made later, and deleted', async () => {
    const [a, b] = [await organization(), fresh()]
    await rename(a, b).expect(200)
    await makeRepository(`${b}/later`)
    await release(`${a}/later`).expect(404)
    await stage.as('alice').delete(`/api/v1/repository/${b}/later`).expect(204)
    const names = await retired()
    expect(names).toContain(`${b}/later`)
    expect(names).not.toContain(`${a}/later`)
  })
})

describe('the name of a deleted user', () => {
  it('is nobody’s until it is released', async () => {
    const name = fresh()
    await stage.people(name)
    const token = await stage.token(name, ['repo:create'])
    const body = { repository: 'own', visibility: 'private', description: '' }
    await stage.api.as(token).post('/api/v1/repository', body).expect(201)
    await stage.as('root').delete(`/api/v1/superuser/users/${name}`).expect(204)
    await create('dave', name).expect(400)
    const again = await stage
      .as('root')
      .post('/api/v1/superuser/users/', { username: name })
      .expect(400)
    expect(again.body).toEqual(NOT_AVAILABLE())
    expect(await retired()).toEqual(expect.arrayContaining([name, `${name}/own`]))
    await release(name).expect(204)
    await stage.as('root').post('/api/v1/superuser/users/', { username: name }).expect(200)
  })
})

describe('the name of a deleted repository', () => {
  it('is for administrators of its namespace, by request and by push', async () => {
    const acme = await organization()
    const path = await makeRepository(`${acme}/team/app`)
    await stage.team(acme, { name: 'makers', role: 'creator', members: ['carol'] })
    await stage.as('alice').delete(`/api/v1/repository/${path}`).expect(204)
    expect(await retired()).toContain(path)

    const { body } = await createRepository('carol', path).expect(400)
    expect(body).toEqual(
      invalidRequest(stage.url, expect.stringContaining(`${path} was used before`)),
    )
    expect(await push('carol', path)).toEqual([])
    expect(await push('carol', path)).toEqual([])
    await stage.as('alice').get(`/api/v1/repository/${path}`).expect(404)
    expect(await push('carol', `${acme}/other`)).toEqual(['push', 'pull'])
    expect(await push('alice', path)).toEqual(['push', 'pull'])
    expect(await retired()).not.toContain(path)
  })

  it('is for the user whose namespace it is', async () => {
    await makeRepository('alice/kept')
    await stage.as('alice').delete('/api/v1/repository/alice/kept').expect(204)
    expect(await retired()).toContain('alice/kept')
    await makeRepository('alice/kept')
  })

  it('is for its administrator with a token that may only create, and for robots that administer', async () => {
    const acme = await organization()
    const { body } = await stage
      .as('alice')
      .put(`/api/v1/organization/${acme}/robots/boss`)
      .expect(201)
    await stage.as('alice').put(`/api/v1/organization/${acme}/robots/maker`).expect(201)
    await stage.team(acme, { name: 'makers', role: 'creator', members: [`${acme}+maker`] })
    await stage.team(acme, { name: 'bosses', role: 'admin', members: [`${acme}+boss`] })
    const path = await makeRepository(`${acme}/app`)
    await stage.as('alice').delete(`/api/v1/repository/${path}`).expect(204)
    const maker = (await stage.as('alice').get(`/api/v1/organization/${acme}/robots/maker`)).body
      .token
    expect(await push(`${acme}+maker` as Person, path, maker)).toEqual([])
    expect(await push(`${acme}+boss` as Person, path, body.token)).toEqual(['push', 'pull'])
    await stage.as('alice').delete(`/api/v1/repository/${path}`).expect(204)
    const token = await stage.token('alice', ['repo:create'])
    const repository = { repository: 'app', visibility: 'private', description: '' }
    await stage.api
      .as(token)
      .post('/api/v1/repository', { ...repository, namespace: acme })
      .expect(201)
  })

  it('stays retired in a namespace that its administrator took again, and is released by either spelling', async () => {
    const acme = await organization()
    const paths = [await makeRepository(`${acme}/app`), await makeRepository(`${acme}/team/app`)]
    await stage.as('alice').delete(`/api/v1/organization/${acme}`).expect(204)
    await organization(acme)
    await stage.team(acme, { name: 'makers', role: 'creator', members: ['carol'] })
    for (const path of paths) expect(await push('carol', path)).toEqual([])
    expect(await push('carol', `${acme}/new`)).toEqual(['push', 'pull'])
    await release(paths[0] ?? '').expect(204)
    await release((paths[1] ?? '').replaceAll('/', '%2F')).expect(204)
    for (const path of paths) expect(await push('carol', path)).toEqual(['push', 'pull'])
  })
})

it('answers what was never retired with 404, whatever it looks like', async () => {
  for (const name of ['nothing', 'no/thing', 'a%00b', 'Ä', '%25', 'a/b/c/d', 'x'.repeat(600)]) {
    await release(name).expect(404)
  }
  await stage.as('alice').get('/api/v1/superuser/retired-names').expect(403)
})

it('lists retired names that have a text in them, from the first or from the last', async () => {
  const names = [...'bcdefg'].map((letter) => `${letter}-searched`)
  for (const name of names) {
    await stage.as('alice').post('/api/v1/organization/', { name }).expect(201)
    await stage.as('alice').delete(`/api/v1/organization/${name}`).expect(204)
  }
  await release('e-searched').expect(204)
  const left = names.filter((name) => name !== 'e-searched')
  expect(await retired('&q=-search')).toEqual(left)
  expect(await retired('&q=-search&sort=-name')).toEqual(left.toReversed())
  expect(await retired('&q=d-s')).toEqual(['d-searched'])
  expect((await retired('&sort=-name')).toSorted()).toEqual((await retired()).toSorted())
})

it('tells kind and time of a retired name', async () => {
  const name = await organization()
  await makeRepository(`${name}/app`)
  await stage.as('alice').delete(`/api/v1/organization/${name}`).expect(204)
  const { body } = await stage
    .as('root')
    .get('/api/v1/superuser/retired-names?limit=100')
    .expect(200)
  const date = expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} [\d:]{8} -0000$/)
  expect(body.names).toEqual(
    expect.arrayContaining([
      { name, kind: 'namespace', retired: date },
      { name: `${name}/app`, kind: 'repository', retired: date },
    ]),
  )
})
