import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Target } from './engines.ts'
import { REGISTRY_SERVICE } from './operations.ts'
import { type ServerProcess, startServer } from './processes.ts'

/** The root of this build. */
const HERE = fileURLToPath(new URL('..', import.meta.url))
const YARDSTICK = fileURLToPath(new URL('yardstick/main.ts', import.meta.url))

/** What `npm run serve`, and the image, tell Node. */
function readNodeFlags(folder: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const [, flags = ''] = /node ((?:--\S+ )+)dist/.exec(scripts.serve) ?? []
  return flags.split(' ').filter(Boolean)
}

/** What both servers are told; tokens of one are good at the other. */
export function createSettings(issuer: string) {
  const settings = {
    HOST: '127.0.0.1',
    SECRET_KEY: randomBytes(32).toString('base64'),
    TOKEN_ISSUER: 'https://robots.example.com',
    REGISTRY_SERVICE,
    OIDC_ALLOWED_HOSTS: '127.0.0.1',
    USER_INITIALIZE: 'true',
    ROBOT_TOKEN_TTL: '86400', // longer than any measurement
    NODE_ENV: 'production',
    METRICS_TOKEN: randomBytes(32).toString('hex'),
    // As the image has one, where Node.js knows it.
    ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
  }
  /** How Node.js runs a build, as an operator starts it. */
  const serviceOn = ({ env }: Target, nodeArgs: string[] = [], folder = HERE) => ({
    args: [...readNodeFlags(folder), ...nodeArgs, join(folder, 'dist/cli/main.js'), 'serve'],
    env: { ...settings, ...env },
  })
  return {
    secretKey: settings.SECRET_KEY,
    serviceOn,

    /** Its log goes to /dev/null. @param folder of another build than this one */
    startService: (
      target: Target,
      nodeArgs?: string[],
      folder?: string,
    ): Promise<ServerProcess> => {
      const { args, env } = serviceOn(target, nodeArgs, folder)
      return startServer(args, env)
    },

    startYardstick: ({ env }: Target, nodeArgs: string[] = []): Promise<ServerProcess> =>
      startServer(['--import', import.meta.resolve('tsx'), ...nodeArgs, YARDSTICK], {
        ...settings,
        ...env,
        ISSUER: issuer,
      }),
  }
}

export type Settings = ReturnType<typeof createSettings>
