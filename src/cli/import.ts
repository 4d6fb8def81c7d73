import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { ON_CONFLICT, type OnConflict } from '../domain/move-in-plan.ts'
import { parseUrl } from '../domain/parse-url.ts'
import { UsageError } from './command-errors.ts'
import type { Context } from './context.ts'
import { importQuay } from './import-quay.ts'
import { assertEncrypted } from './plain-http.ts'

interface Options {
  from: URL
  tokenFile: string
  organization?: string[]
  dryRun?: boolean
  onConflict?: OnConflict
  rate: number
  ca?: string
  proxy?: URL
  plainHttp?: boolean
  json?: boolean
}

export const importCommand = (context: Context) =>
  new Command('import')
    .description('take over what another server has')
    .addCommand(quayCommand(context))

const quayCommand = (context: Context) =>
  new Command('quay')
    .description(
      'take over what a running Quay has: users, organizations, teams, robots with their secrets, repositories, permissions; ' +
        'may be run again and again',
    )
    .requiredOption('--from <url>', 'address of the Quay', urlOf)
    .requiredOption(
      '--token-file <file>',
      'file with an API token of a superuser there, or of an administrator of the organizations',
    )
    .option('--organization <name>', 'only this one; several times: only these', added)
    .option('--dry-run', 'print the plan, and change nothing')
    .addOption(
      new Option('--on-conflict <what>', 'of what is here with other content').choices(ON_CONFLICT),
    )
    .option('--rate <number>', 'most requests a second', rateOf, 20)
    .option('--ca <file>', 'certificates to trust there (PEM)')
    .option('--proxy <url>', 'proxy that opens the connections', proxyOf)
    .option('--plain-http', 'allow http:// to another machine, which shows all secrets on the way')
    .option('--json', 'print JSON')
    .action(async ({ tokenFile, ca, proxy, plainHttp, ...options }: Options) => {
      const { from } = options
      assertEncrypted(from, plainHttp)
      await importQuay(context, {
        ...options,
        source: {
          url: new URL('/', from),
          token: tokenIn(tokenFile),
          ca: ca === undefined ? undefined : read(ca),
          proxy: proxy?.href,
          rate: options.rate,
        },
      })
    })

const added = (name: string, others: string[] = []) => [...others, name]

function urlOf(text: string): URL {
  const url = httpUrl(text)
  if (url?.username === '' && /^\/(api\/v1\/?)?$/.test(url.pathname)) return url
  throw new InvalidArgumentError('It looks like https://quay.example.com.')
}

/** Other than the source, a proxy may have a name and a password in its address. */
function proxyOf(text: string): URL {
  const url = httpUrl(text)
  if (url?.pathname === '/') return url
  throw new InvalidArgumentError('It looks like http://proxy.example.com:3128.')
}

function httpUrl(text: string): URL | undefined {
  const url = parseUrl(text)
  return url && /^https?:$/.test(url.protocol) ? url : undefined
}

function rateOf(text: string): number {
  const rate = Number(text)
  if (/^\d{1,4}$/.test(text) && rate > 0) return rate
  throw new InvalidArgumentError('A number from 1 to 9999.')
}

function tokenIn(file: string): string {
  const token = read(file).trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new UsageError(`${file} does not hold a token: one line of printable characters`)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}
