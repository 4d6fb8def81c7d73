import request from 'supertest'
import { apiOf, basic } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import type { ServiceOptions } from '../helpers/service.ts'
import { startService, type TestService } from '../helpers/service.ts'

/** A service behind a proxy, which says where clients come from, with alice, bob and the robot `alice+ci`. */
export async function startLogins(options: ServiceOptions = {}) {
  const time = createShiftedClock()
  const service = await startService({
    ...options,
    config: { trustedProxies: ['127.0.0.1'], ...options.config },
    surroundings: { clock: time.clock, ...options.surroundings },
  })
  await service.createUser('alice')
  await service.createUser('bob')
  const apiToken = await service.token('alice', ['user:admin'])
  const { body } = await apiOf(service.url).as(apiToken).put('/api/v1/user/robots/ci').expect(200)
  return { service, time, apiToken, robotToken: body.token as string, ...doorsOf(service) }
}

export type Logins = Awaited<ReturnType<typeof startLogins>>

function doorsOf({ url }: TestService) {
  const login = (user: string, password: string, from: string) =>
    request(url).get('/v2/auth').set(basic(user, password)).set('x-forwarded-for', from)

  return {
    login,

    /** As containerd and Helm do it first. */
    loginByForm: (username: string, password: string, from: string) =>
      request(url)
        .post('/v2/auth')
        .type('form')
        .set('x-forwarded-for', from)
        .send({ grant_type: 'password', username, password }),

    /** How often each status came, of wrong passwords one after the other. */
    async guess(user: string, addresses: string[]) {
      const statuses: Record<number, number> = {}
      for (const [n, from] of addresses.entries()) {
        const { status } = await login(user, `wrong${n}`, from)
        statuses[status] = (statuses[status] ?? 0) + 1
      }
      return statuses
    },
  }
}

/** So many of something, by number. */
export const many = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n))
