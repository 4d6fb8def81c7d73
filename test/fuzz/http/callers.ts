import fc from 'fast-check'
import { SCOPES } from '../../../src/domain/scopes.ts'
import { basic, bearer } from '../../helpers/api.ts'
import { browserOf, SAME_ORIGIN } from '../../helpers/browser.ts'
import type { Issuer } from '../../helpers/issuer.ts'
import { PASSWORD } from '../../helpers/service.ts'
import type { Stage } from '../../helpers/stage.ts'
import type { EveryObject } from '../../openapi/every-object.ts'
import type { Target } from './document.ts'

type Headers = Record<string, string | string[]>

export type Callers = Record<string, Headers>

/** Who can call, by name, and what they send. */
export async function makeCallers(stage: Stage, objects: EveryObject, issuer: Issuer) {
  await stage.people('carol')
  await stage.robot('acme+federated', [{ issuer: issuer.issuer, subject: 'repo:acme/web' }])
  const identity = await issuer.mint()
  const metricsToken = stage.config.metricsToken ?? ''
  const all = await stage.token('root', SCOPES)
  const browser = browserOf(stage.url)
  await browser.signIn('bob')
  const callers: Callers = {
    nobody: {},
    page: SAME_ORIGIN,
    browser: { ...SAME_ORIGIN, ...browser.held() },
    superuser: bearer(all),
    administrator: bearer(await stage.token('bob', SCOPES)),
    'nobody special': bearer(await stage.token('carol', SCOPES)),
    'read-only': bearer(await stage.token('bob', ['repo:read'])),
    expired: bearer(await stage.token('root', SCOPES, -1)),
    'federated robot': basic('acme+federated', identity),
    'identity token': bearer(identity),
    robot: basic(objects.robot.name, objects.robot.token),
    'robot by bearer': bearer(objects.robot.token),
    'app token': basic('$app', objects.appToken),
    'oauth token': basic('$oauthtoken', all),
    prometheus: bearer(metricsToken),
    client: basic(objects.application.id, objects.application.secret),
    password: basic('bob', PASSWORD),
    'wrong password': basic('acme+deployer', 'wrong'),
  }
  return callers
}

/** Authorization headers that are none. */
const BROKEN = [
  ...[
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer  x',
    'bearer a b',
    'Basic',
    'Basic !!!!',
    'Basic =',
    'Basic /w==',
  ],
  ...[
    'Basic Og==',
    'Basic Kzo=',
    'Digest a="b"',
    'Negotiate',
    '\xff',
    'Bearer \xe4',
    'Basic YTpiOmM=',
  ],
  ...[
    'Bearer e30.e30.',
    'Bearer a.b.c',
    `Bearer ${'x'.repeat(6_000)}`,
    `Basic ${'QUFB'.repeat(1_500)}`,
  ],
]

/** Headers that a proxy, a browser or an attacker adds. */
const OTHER: Headers[] = [
  { 'content-encoding': 'gzip' },
  { accept: 'text/html', 'accept-encoding': 'br' },
  { host: 'evil.example' },
  { 'x-forwarded-for': "'; DROP TABLE users", 'x-forwarded-host': 'evil.example' },
  { 'x-http-method-override': 'DELETE', origin: 'null', range: 'bytes=0-1', 'if-none-match': '*' },
  { 'user-agent': '\x80\xff\t'.repeat(200), cookie: '__proto__=x; session=1' },
  { accept: ['application/json', 'x'], 'x-request-id': 'a'.repeat(2_000) },
]

/** Who gets furthest, by what an operation asks for. */
const FITTING: Record<string, string[]> = {
  apiToken: ['superuser', 'superuser', 'administrator'],
  clientBasic: ['client'],
  metricsToken: ['prometheus'],
  registryBasic: ['robot', 'app token', 'oauth token', 'password'],
  userBasic: ['password'],
  robotBasic: ['robot', 'federated robot'],
  identityToken: ['identity token'],
  session: ['browser'],
}

const fittingCallers = ({ operation }: Target) => {
  const names = operation.security.flatMap(Object.keys).flatMap((scheme) => FITTING[scheme] ?? [])
  return names.length > 0 ? names : ['nobody', 'page']
}

/** Of a caller who may, or of any, and now and then headers beside. */
export const headersOf = (target: Target, callers: Callers): fc.Arbitrary<Headers> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...fittingCallers(target)) },
        { weight: 1, arbitrary: fc.constantFrom(...Object.keys(callers)) },
      ),
      fc.oneof(
        { weight: 14, arbitrary: fc.constant<Headers>({}) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...BROKEN).map((authorization) => ({ authorization })),
        },
        { weight: 1, arbitrary: fc.constantFrom(...OTHER) },
      ),
    )
    .map(([caller, more]) => ({ ...callers[caller], ...more }))
