import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Who logs in by an e-mail address that several accounts have.

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
})

afterAll(() => stage.close())

/** Who is let in. */
async function whoIs(login: string) {
  const { body } = await stage.api.login(login, PASSWORD).expect(200)
  return decodeJwt(body.token).sub
}

describe.each([['first'], ['last']])('where the other account is made %s', (order) => {
  const inOrder = async (...makes: (() => Promise<unknown>)[]) => {
    for (const make of order === 'first' ? makes : makes.reverse()) await make()
  }

  it('the user, and no organization that has the address too', async () => {
    const user = `of-org-${order}`
    const email = `${user}@example.com`
    const alice = await stage.client('alice', 'user:admin')
    const organization = { name: `org-${order}`, email }
    await inOrder(
      async () => alice.post('/api/v1/organization/', organization).expect(201),
      () => stage.people(user),
    )
    expect(await whoIs(email)).toBe(user)
    expect(await whoIs(email.toUpperCase())).toBe(user)
  })

  it('the user whose spelling it is, else the one who had the address first', async () => {
    const [one, other] = [`one-${order}`, `other-${order}`]
    const email = `${one}@example.com`
    const spelling = `${one}@EXAMPLE.com`
    // As they are from before addresses were compared without case.
    await inOrder(
      async () => {
        const { namespace } = stage.db
        const { robotPolicy, ...alice } = await namespace.findUniqueOrThrow({
          where: { name: 'alice' },
        })
        const user = { id: randomUUID(), name: other, email: spelling, emailKey: null }
        await namespace.create({ data: { ...alice, ...user } })
      },
      () => stage.people(one),
    )
    expect(await whoIs(email)).toBe(one)
    expect(await whoIs(spelling)).toBe(other)
    expect(await whoIs(email.toUpperCase())).toBe(one)
  })
})
