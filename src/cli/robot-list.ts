import { Command, Option } from 'commander'
import { type AskedSearch, ROBOT_SORTS, ROBOT_STATES } from '../domain/robot-search.ts'
import { itemsOf } from '../services/paging.ts'
import type { Robot } from '../services/robots/robots.ts'
import type { Services } from '../services.ts'
import type { Context } from './context.ts'
import { findOwner } from './find-robot.ts'
import { robotAsJson } from './robot-as-json.ts'

interface Options {
  json?: boolean
  query?: string
  label?: string[]
  state?: string
  within?: string
  unusedSince?: string
  sort?: string
}

export const robotListCommand = (context: Context) =>
  new Command('list')
    .description('list robots, of all owners where none is named: name, state, last use')
    .argument('[owner]', 'user or organization')
    .option('--query <text>', 'with words in name or description that begin so')
    .option('--label <key:value>', 'with this label; several times: with all', added)
    .addOption(new Option('--state <state>', 'that are so').choices(ROBOT_STATES))
    .option(
      '--within <duration>',
      'with --state expiring or secret_expiring: within which time (14d)',
    )
    .option('--unused-since <duration>', 'with --state unused: for how long (90d)')
    .addOption(new Option('--sort <key>', 'in this order').choices(ROBOT_SORTS))
    .option('--json', 'print JSON, an object a line')
    .action((owner, options) => list(context, owner, options))

const added = (label: string, others: string[] = []) => [...others, label]

const list = ({ print, withServices }: Context, ownerName: string | undefined, options: Options) =>
  withServices(async (services) => {
    const { query: q, label, state, within, unusedSince: unused_since, sort } = options
    const search = { q, label, state, within, unused_since, sort }
    for await (const robot of robotsOf(services, ownerName, search)) {
      print(robotAsJson(robot), options, lineOf(robot))
    }
  })

async function* robotsOf(
  services: Services,
  ownerName: string | undefined,
  search: AskedSearch,
): AsyncGenerator<Robot> {
  const { robotLists } = services
  const shown = { limit: undefined, withDetails: true, search }
  if (ownerName === undefined) {
    yield* itemsOf((nextPage) => robotLists.all({ ...shown, nextPage }))
    return
  }
  const owner = await findOwner(services, ownerName)
  const options = { ...shown, nextPage: undefined, withToken: false, withPermissions: false }
  for await (const robots of robotLists.list(owner, options, THE_OPERATOR).items) yield* robots
}

/** The command has the list for itself. */
const THE_OPERATOR = {
  requester: { id: 'command line', isWaiting: () => true },
  performer: {},
}

function lineOf({ name, lastAccessedAt, details }: Robot) {
  const expires = details?.expiresAt ? `until ${details.expiresAt.toISOString()}` : 'for good'
  const state = details?.enabled ? expires : 'disabled'
  return [name, state, lastAccessedAt?.toISOString() ?? 'never used'].join('  ')
}
