import { expect, it } from 'vitest'
import { parseBasic, parseBearer } from '../../src/domain/basic-credentials.ts'
import { discoveryUrl } from '../../src/domain/issuer-url.ts'
import { logPeriod } from '../../src/domain/log-period.ts'
import { isName, parseRobotFullName } from '../../src/domain/names.ts'
import { parsePageToken } from '../../src/domain/page-token.ts'
import { parseRegistryScope } from '../../src/domain/registry-scope.ts'
import { isRepositoryName } from '../../src/domain/repository-name.ts'
import { rewriteRepositoryUrl } from '../../src/domain/repository-url.ts'
import { parseScopes } from '../../src/domain/scopes.ts'
import { RobotListQuerySchema } from '../../src/schemas/robot.ts'

const NOW = new Date('2026-11-23T12:00:00Z')

const PARSERS: Record<string, (text: string) => unknown> = {
  name: isName,
  'full name': parseRobotFullName,
  Basic: (text) => parseBasic(`Basic ${text}`),
  Bearer: parseBearer,
  'registry scope': (text) => parseRegistryScope(text),
  'path in a registry scope': (text) => parseRegistryScope(`repository:${text}:pull`),
  'repository name': isRepositoryName,
  'repository URL': (text) => rewriteRepositoryUrl(`/api/v1/repository/${text}`),
  'page token': parsePageToken,
  issuer: (text) => discoveryUrl(`https://${text}`),
  day: (text) => logPeriod({ starttime: text, endtime: undefined }, NOW),
  scopes: parseScopes,
  limit: (text) => RobotListQuerySchema.safeParse({ limit: text }),
}

/** What a backtracking expression would try in very many ways, each with an end that fits nothing. */
const PUMPED = [
  'a',
  'a.',
  'a-',
  '-',
  '/',
  'a/',
  ':',
  'a:',
  '+',
  ' ',
  '1',
  '1_',
  '%2F',
  '/permissions/user/a',
]

/** Time that grows with the square of this would take longer than any test may (characters). */
const LENGTH = 1_000_000

it.each(Object.entries(PARSERS))('a %s as long as a body may be is read in one go', (_, parse) => {
  for (const text of PUMPED) {
    for (const end of ['', '\n', 'A', '/']) {
      try {
        parse(text.repeat(LENGTH / text.length) + end)
      } catch (error) {
        expect(error).toHaveProperty('code')
      }
    }
  }
})
