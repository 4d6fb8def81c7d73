const PREFIX = '/api/v1/repository/'
const RETIRED_NAMES = '/api/v1/superuser/retired-names/'

/**
 * What Quay has below a repository and this service has not; `*` is one segment. A name that ends like one of these
 * is reached with its slashes encoded.
 */
const NOT_BUILT = [
  'authorizedemail/*',
  'autoprunepolicy',
  'autoprunepolicy/*',
  'build',
  'build/*',
  'build/*/status',
  'changestate',
  'changetrust',
  'exportlogs',
  'immutabilitypolicy',
  'immutabilitypolicy/*',
  'manifest/*',
  'manifest/*/labels',
  'manifest/*/labels/*',
  'manifest/*/pull_statistics',
  'manifest/*/security',
  'mirror',
  'mirror/sync-cancel',
  'mirror/sync-now',
  'notification',
  'notification/*',
  'notification/*/test',
  'signatures',
  'tag',
  'tag/*',
  'tag/*/expire',
  'tag/*/pull_statistics',
  'tag/*/restore',
  'tokens',
  'tokens/*',
  'trigger',
  'trigger/*',
  'trigger/*/activate',
  'trigger/*/analyze',
  'trigger/*/builds',
  'trigger/*/fields/*',
  'trigger/*/namespaces',
  'trigger/*/sources',
  'trigger/*/start',
  'trigger/*/subdir',
]

const endingIn = (paths: string[]) =>
  new RegExp(`^(.+)(/(?:${paths.join('|').replaceAll('*', '[^/]+')}))$`)

/** What may follow the name of a repository in a path; the longer suffix first, as a team may be called `logs`. */
const SUFFIXES = [
  /^(.+)(\/permissions\/(?:user|team)(?:\/[^/]+(?:\/transitive)?)?)$/,
  endingIn(['build/*/logs']),
  /^(.+)(\/changevisibility|\/logs|\/aggregatelogs)$/,
  endingIn(NOT_BUILT),
]

/** Quay's only operation below `/api/v1/repository/` that is not about one. */
const OF_NO_REPOSITORY = 'mirror/health'

/**
 * Makes the name of a repository one segment of the path: names are nested (`acme/team/app`), and some
 * clients write their slashes as `%2F`. `/api/v1/repository/acme/team/app/logs` becomes
 * `/api/v1/repository/acme%2Fteam%2Fapp/logs`. The same for retired names. Other URLs stay as they are.
 */
export function rewriteRepositoryUrl(url: string): string {
  const prefix = [PREFIX, RETIRED_NAMES].find((start) => url.startsWith(start))
  if (prefix === undefined) return url
  const end = url.indexOf('?')
  const path = url.slice(prefix.length, end < 0 ? undefined : end).replace(/\/$/, '')
  if (path === OF_NO_REPOSITORY) return url
  const query = end < 0 ? '' : url.slice(end)
  const [name, suffix] = (prefix === PREFIX && splitSuffix(path)) || [slashed(path), '']
  return prefix + name.replaceAll('/', '%2F') + suffix + query
}

/** @returns undefined where no suffix follows the name of a repository */
function splitSuffix(path: string): [string, string] | undefined {
  for (const suffix of SUFFIXES) {
    const [, before = '', after = ''] = suffix.exec(path) ?? []
    const name = slashed(before)
    if (name.includes('/')) return [name, after]
  }
  return undefined
}

const slashed = (name: string) => name.replaceAll(/%2f/gi, '/')
