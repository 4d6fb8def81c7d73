import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isRecordName, RECORD_NAME_RULE } from '../domain/issuer-record-name.ts'
import { issuerProblem } from '../domain/issuer-url.ts'
import { claimConditions } from './claim-conditions.ts'
import { issuerRoute, withoutNone } from './issuer-route.ts'
import { orIssue } from './or-issue.ts'
import { settings } from './unknown-settings.ts'

const text = z.string('must be text').min(1, 'must not be empty')
const texts = z.array(text, 'must be a list').min(1, 'must not be empty')

const TeamRule = settings({
  group: text.describe('the group at the provider'),
  organization: text.describe('the organization here'),
  team: text.describe('its team'),
})

const Provider = settings({
  name: z
    .string('must be text')
    .refine(isRecordName, RECORD_NAME_RULE)
    .describe('short name, which stands in addresses and in the log'),
  title: text.optional().describe('what the button says; without, the name'),
  issuer: z
    .string('must be the text of the issuer')
    .superRefine((issuer, context) => {
      const problem = issuerProblem(issuer)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
    })
    .describe('the issuer, exactly as in `iss`'),
  client_id: text.describe('of this service at the provider'),
  client_secret_file: text
    .transform(orIssue(readSecret))
    .describe('file of the client secret, which `client_id` has at the provider'),
  scopes: texts.default(['openid', 'profile', 'email']).describe('what is asked for'),
  username_claim: text
    .default('preferred_username')
    .describe('where the name for a new user stands: a claim, or a JSON pointer'),
  groups_claim: text.default('groups').describe('where the groups of a user stand'),
  allow: z
    .array(claimConditions, 'must be a list')
    .optional()
    .describe(
      'who may sign in: whose claims are one of these; without, whoever the provider knows',
    ),
  create_users: z
    .union(
      [z.boolean(), z.array(claimConditions)],
      'must be true, false or a list of what claims must be',
    )
    .default(false)
    .describe(
      'whose first log-in makes a user: of everybody, nobody, or whose claims are one of these',
    ),
  superuser_groups: texts
    .optional()
    .describe(
      'groups whose members are superusers, and nobody else who signs in here; without, the provider does not decide that',
    ),
  teams: z
    .array(TeamRule, 'must be a list')
    .default([])
    .describe('which groups are in which teams: at each log-in users join these, and leave them'),
  required_acr: texts
    .optional()
    .describe('how users must have authenticated there: `acr` is one of these'),
  required_amr: texts.optional().describe('by what: `amr` has all of these'),
  ...issuerRoute,
}).transform(
  ({ name, title = name, issuer, client_id, client_secret_file, scopes, ...provider }) => {
    const { ca, proxy, allowed, ...rules } = provider
    return {
      ...{ name, title, issuer, clientId: client_id, clientSecret: client_secret_file, scopes },
      route: withoutNone({ ca, proxy, allowed }),
      rules: {
        allow: rules.allow,
        createUsers: rules.create_users,
        usernameClaim: rules.username_claim,
        groupsClaim: rules.groups_claim,
        superuserGroups: rules.superuser_groups,
        teams: rules.teams,
        requiredAcr: rules.required_acr,
        requiredAmr: rules.required_amr,
      },
    }
  },
)

/** How people sign in with a browser. */
export const SignInSection = settings({
  passwords: z
    .enum(['all', 'superusers', 'off'], 'must be all, superusers or off')
    .default('all')
    .describe('who may sign in with a password; at the registry and for API tokens it stays good'),
  providers: z
    .array(Provider, 'must be a list')
    .superRefine((providers, context) => {
      const names = providers.map(({ name }) => name)
      const twice = names.find((name, index) => names.indexOf(name) !== index)
      if (twice === undefined) return
      context.addIssue({ code: 'custom', message: `has two providers of the name ${twice}` })
    })
    .default([])
    .describe('OpenID providers that know the people ([sign in](sign-in.md))'),
})
  .prefault({})
  .describe('How people sign in with a browser')

/** @throws {Error} where there is none in the file */
function readSecret(path: string): string {
  try {
    const secret = readFileSync(path, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`names a file that cannot be read (${code})`)
  }
  throw new Error('names a file that is empty')
}
