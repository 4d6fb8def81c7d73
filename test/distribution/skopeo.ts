import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcome, run as runProgram } from './processes.ts'

export interface Credentials {
  username: string
  password: string
}

export type Skopeo = Awaited<ReturnType<typeof createSkopeo>>

/** A registry client with a home of its own, so that nothing is remembered between tests. */
export async function createSkopeo(host: string) {
  const home = await mkdtemp(join(tmpdir(), 'quay-robots-skopeo-'))
  const authFile = join(home, 'auth.json')
  const run = (args: string[], input = ''): Promise<Outcome> =>
    runProgram('skopeo', args, { home, input })

  /** Without credentials nobody is logged in, whatever an earlier `login` has kept. */
  const identify = (side: 'src' | 'dest', credentials: Credentials | undefined) =>
    credentials
      ? [`--${side}-creds`, `${credentials.username}:${credentials.password}`]
      : [`--${side}-no-creds`]

  return {
    login: ({ username, password }: Credentials) =>
      run(
        [
          'login',
          '--authfile',
          authFile,
          '--tls-verify=false',
          '-u',
          username,
          '--password-stdin',
          host,
        ],
        password,
      ),

    /** Pushes the image in an OCI layout. */
    push: (layout: string, repository: string, credentials?: Credentials) =>
      run([
        ...[
          'copy',
          '--insecure-policy',
          '--dest-tls-verify=false',
          ...identify('dest', credentials),
        ],
        ...[`oci:${layout}`, `docker://${host}/${repository}`],
      ]),

    /** Pulls into a folder that is not kept. */
    pull: (repository: string, credentials?: Credentials) =>
      run([
        ...['copy', '--insecure-policy', '--src-tls-verify=false', ...identify('src', credentials)],
        ...[`docker://${host}/${repository}`, `dir:${join(home, crypto.randomUUID())}`],
      ]),

    /** Pushes with what `login` has kept, or with another auth file. */
    pushLoggedIn: (layout: string, repository: string, file = authFile) =>
      run([
        ...['copy', '--insecure-policy', '--dest-tls-verify=false', '--dest-authfile', file],
        ...[`oci:${layout}`, `docker://${host}/${repository}`],
      ]),

    delete: (repository: string, { username, password }: Credentials) =>
      run([
        'delete',
        '--tls-verify=false',
        '--creds',
        `${username}:${password}`,
        `docker://${host}/${repository}`,
      ]),

    close: () => rm(home, { recursive: true, force: true }),
  }
}
