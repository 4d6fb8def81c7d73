const PREFIX = '/api/v1/repository/'

/** What may follow the name of a repository in a path. */
const SUFFIX =
  /^(.+)(\/permissions\/(?:user|team)(?:\/[^/]+(?:\/transitive)?)?|\/changevisibility|\/logs|\/aggregatelogs)$/

/**
 * Makes the name of a repository one segment of the path: names are nested (`acme/team/app`), and some
 * clients write their slashes as `%2F` (clients.md §5). `/api/v1/repository/acme/team/app/logs` becomes
 * `/api/v1/repository/acme%2Fteam%2Fapp/logs`. Other URLs stay as they are.
 */
export function rewriteRepositoryUrl(url: string): string {
  if (!url.startsWith(PREFIX)) return url
  const end = url.indexOf('?')
  const path = url.slice(PREFIX.length, end < 0 ? undefined : end).replace(/\/$/, '')
  const query = end < 0 ? '' : url.slice(end)
  const [, before, after] = SUFFIX.exec(path) ?? []
  const nested = before === undefined ? '' : slashed(before)
  const [name, suffix] = nested.includes('/') ? [nested, after] : [slashed(path), '']
  return PREFIX + name.replaceAll('/', '%2F') + suffix + query
}

const slashed = (name: string) => name.replaceAll(/%2f/gi, '/')
