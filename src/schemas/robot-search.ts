import { z } from 'zod'
import { ROBOT_SORTS, ROBOT_STATES, UNUSED_SINCE, WITHIN } from '../domain/robot-search.ts'
import { ownText } from './common.ts'

const choice = (values: readonly string[], description: string) =>
  ownText.meta({ type: 'string', enum: [...values], description })

/** The default is no `default` of OpenAPI, which clients might send with another state. */
const duration = (fallback: string, description: string) =>
  ownText.meta({
    type: 'string',
    description: `${description} (${fallback} where it is left out)`,
  })

/** What a list of robots is filtered and sorted by; `domain/robot-search.ts` reads it. */
export const ROBOT_SEARCH = {
  q: ownText.meta({
    type: 'string',
    description:
      'Only robots that have each of these words in the name or the description, or the beginning of it: `dep` finds ' +
      '`web-deployer`, `ploy` does not.',
  }),
  label: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((given) => (typeof given === 'string' ? [given] : given))
    .meta({
      type: 'array',
      items: { type: 'string' },
      description: 'Only robots with this label, `key:value`; of several, with all of them.',
    }),
  state: choice(
    ROBOT_STATES,
    'Only robots that may act; that are disabled; whose time has passed; that may act, but expire `within` a time; that ' +
      'were not used for the time that `unused_since` says, or never; with a secret that expires `within` a time; with a ' +
      'federation entry for any audience; with a secret although they were last used by federation; or with a secret, or a ' +
      'federation entry for an issuer, that the policy in force would refuse today.',
  ),
  within: duration(
    WITHIN,
    'With `state=expiring` and `state=secret_expiring`: within which time, such as `12h` or `8w`',
  ),
  unused_since: duration(UNUSED_SINCE, 'With `state=unused`: for how long, as `within`'),
  sort: choice(
    ROBOT_SORTS,
    'Which robots come first: by name; those made first; those never used, then those used longest ago; those that expire ' +
      'first. `next_page` is good for the same sort only. The default is `name`.',
  ),
}
