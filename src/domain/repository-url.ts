const PREFIX = '/api/v1/repository/'

/** What may follow the name of a repository in a path; the longer suffix first, as a team may be called `logs`. */
const SUFFIXES = [
  /^(.+)(\/permissions\/(?:user|team)(?:\/[^/]+(?:\/transitive)?)?)$/,
  /^(.+)(\/changevisibility|\/logs|\/aggregatelogs)$/,
]

/**
 * Makes the name of a repository one segment of the path: names are nested (`acme/team/app`), and some
 * clients write their slashes as `%2F`. `/api/v1/repository/acme/team/app/logs` becomes
 * `/api/v1/repository/acme%2Fteam%2Fapp/logs`. Other URLs stay as they are.
 */
export function rewriteRepositoryUrl(url: string): string {
  if (!url.startsWith(PREFIX)) return url
  const end = url.indexOf('?')
  const path = url.slice(PREFIX.length, end < 0 ? undefined : end).replace(/\/$/, '')
  const query = end < 0 ? '' : url.slice(end)
  const [name, suffix] = splitSuffix(path) ?? [slashed(path), '']
  return PREFIX + name.replaceAll('/', '%2F') + suffix + query
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
