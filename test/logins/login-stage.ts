import request from 'supertest'
import { basic } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import type { ServiceOptions } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'

/** A stage behind a proxy, which says where clients come from, with alice, bob and the robot `alice+ci`. */
export async function startLogins(options: ServiceOptions = {}) {
  const time = createShiftedClock()
  const stage = await startStage({
    ...options,
    config: { trustedProxies: ['127.0.0.1'], ...options.config },
    surroundings: { clock: time.clock, ...options.surroundings },
  })
  await stage.people('alice', 'bob')
  return {
    ...stage,
    time,
    apiToken: await stage.token('alice', ['user:admin']),
    robotToken: await stage.robot('alice+ci'),
    ...doorsOf(stage.url),
  }
}

export type Logins = Awaited<ReturnType<typeof startLogins>>

export function doorsOf(url: string) {
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
