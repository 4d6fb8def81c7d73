import request, { type Response, type Test } from 'supertest'
import { basic } from './api.ts'
import { exchangeOf } from './federation.ts'

/** An identity token, and what it is sent with. */
export interface Sent {
  url: string
  token: string
  robot: string
  scope?: string | undefined
}

export interface Door {
  send: (sent: Sent) => Test
  /** Where the code stands, and the words behind it. */
  words: (answer: Response) => string
}

const challenge = ({ headers }: Response) =>
  /error_description="(.*)"$/.exec(headers['www-authenticate'] ?? '')?.[1] ?? ''

/** All ways in for an identity token. */
export const DOORS = {
  'GET, Basic': {
    send: ({ url, robot, token }) => exchangeOf(url).basic(robot, token),
    words: challenge,
  },
  'GET, Bearer with the robot': {
    send: ({ url, robot, token }) => exchangeOf(url).bearer(token, robot),
    words: challenge,
  },
  'GET, Bearer': { send: ({ url, token }) => exchangeOf(url).bearer(token), words: challenge },
  POST: {
    send: ({ url, robot, token }) =>
      request(url).post('/oauth2/federation/robot/token').send({ robot, token }),
    words: challenge,
  },
  'POST without the robot': {
    send: ({ url, token }) => request(url).post('/oauth2/federation/robot/token').send({ token }),
    words: challenge,
  },
  '/sts/token': {
    send: ({ url, robot, token, scope = '' }) =>
      request(url)
        .post('/sts/token')
        .type('form')
        .send({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: token,
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          resource: `urn:quay:robot:${robot}`,
          scope,
        }),
    words: ({ headers }) => headers['x-error-description'] ?? '',
  },
  'GET /v2/auth': {
    send: ({ url, robot, token }) => request(url).get('/v2/auth').set(basic(robot, token)),
    words: ({ body }) => body.errors[0].message,
  },
  'POST /v2/auth': {
    send: ({ url, robot, token }) =>
      request(url)
        .post('/v2/auth')
        .type('form')
        .send({ grant_type: 'password', username: robot, password: token }),
    words: ({ body }) => body.error_description,
  },
} satisfies Record<string, Door>
export type DoorName = keyof typeof DOORS

/** Those that give robot tokens to who names the robot. */
export const EXCHANGES: DoorName[] = [
  'GET, Basic',
  'GET, Bearer with the robot',
  'POST',
  '/sts/token',
]
/** All that take the name of the robot. */
export const NAMED_DOORS: DoorName[] = [...EXCHANGES, 'GET /v2/auth', 'POST /v2/auth']
export const NAMELESS_DOORS: DoorName[] = ['GET, Bearer', 'POST without the robot']
