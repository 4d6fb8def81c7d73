import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GoPrograms } from './go-programs.ts'
import { type Outcome, run } from './processes.ts'

export interface Credentials {
  username: string
  password: string
}

/** What people do with a registry, as one of its clients does it; `name` is REPOSITORY:TAG. */
export interface RegistryClient {
  /** The client's command to log in; whoever has none logs in as it works. */
  login?(credentials: Credentials): Promise<Outcome>
  /** Pushes what an OCI layout calls `latest`. */
  push(layout: string, name: string, credentials?: Credentials): Promise<Outcome>
  pull(name: string, credentials?: Credentials): Promise<Outcome>
  /** Copies an image, or an index with all its images, to another repository. */
  copy?(from: string, to: string, credentials: Credentials): Promise<Outcome>
  /** Attaches an artifact (`application/x.test`) to an image. */
  attach?(name: string, credentials: Credentials): Promise<Outcome>
  /** Prints what is attached to an image. */
  attached?(name: string, credentials: Credentials): Promise<Outcome>
}

const ARTIFACT_TYPE = 'application/x.test'

/**
 * The clients that are told of a log-in by Docker's file.
 *
 * @param authority path of the one certificate that they trust; without it the registry is http, but for crane, which
 * finds out by itself
 */
export async function createClients(
  host: string,
  { crane, oras, regctl }: GoPrograms,
  authority = '',
) {
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-clients-'))
  const file = join(folder, 'note.txt')
  await writeFile(file, 'attached')

  /** Each command has a home of its own, so that nothing is remembered. */
  async function homeOf(credentials?: Credentials): Promise<string> {
    const home = join(folder, crypto.randomUUID())
    await mkdir(home)
    const { username, password } = credentials ?? {}
    const auth = Buffer.from(`${username}:${password}`).toString('base64')
    const auths = credentials ? { [host]: { auth } } : {}
    await writeFile(join(home, 'config.json'), JSON.stringify({ auths }))
    return home
  }
  const runner =
    (program: string) =>
    async (args: string[], credentials?: Credentials, input = ''): Promise<Outcome> => {
      const home = await homeOf(credentials)
      return run(program, args, {
        home,
        env: { DOCKER_CONFIG: home, SSL_CERT_FILE: authority },
        input,
      })
    }
  const at = (name: string) => `${host}/${name}`
  const output = () => join(folder, crypto.randomUUID())

  return {
    crane: craneWith(runner(crane)),
    oras: orasWith(runner(oras)),
    regctl: regctlWith(runner(regctl)),
    close: () => rm(folder, { recursive: true, force: true }),
  }

  function craneWith(crane: ReturnType<typeof runner>): RegistryClient {
    return {
      push: (layout, name, as) => crane(['push', layout, at(name)], as),
      pull: (name, as) => crane(['pull', '--format=oci', at(name), output()], as),
      copy: (from, to, as) => crane(['copy', at(from), at(to)], as),
    }
  }

  function orasWith(oras: ReturnType<typeof runner>): RegistryClient {
    return {
      login: ({ username, password }) =>
        oras(
          ['login', '--plain-http', '-u', username, '--password-stdin', host],
          undefined,
          password,
        ),
      push: (layout, name, as) =>
        oras(['cp', '--from-oci-layout', `${layout}:latest`, '--to-plain-http', at(name)], as),
      pull: (name, as) =>
        oras(['cp', '--from-plain-http', at(name), '--to-oci-layout', `${output()}:1`], as),
      copy: (from, to, as) =>
        oras(['cp', '--from-plain-http', at(from), '--to-plain-http', at(to)], as),
      attach: (name, as) =>
        oras(
          [
            ...['attach', '--plain-http', '--disable-path-validation'],
            ...['--artifact-type', ARTIFACT_TYPE, at(name), file],
          ],
          as,
        ),
      attached: (name, as) => oras(['discover', '--plain-http', '--format', 'json', at(name)], as),
    }
  }

  function regctlWith(regctl: ReturnType<typeof runner>): RegistryClient {
    const http = ['--host', `reg=${host},tls=disabled`]
    return {
      login: ({ username, password }) =>
        regctl(
          ['registry', 'login', ...http, '-u', username, '--pass-stdin', host],
          undefined,
          password,
        ),
      push: (layout, name, as) =>
        regctl(['image', 'copy', ...http, `ocidir://${layout}:latest`, at(name)], as),
      pull: (name, as) =>
        regctl(['image', 'copy', ...http, at(name), `ocidir://${output()}:1`], as),
      copy: (from, to, as) => regctl(['image', 'copy', ...http, at(from), at(to)], as),
      attach: (name, as) =>
        regctl(
          [
            ...['artifact', 'put', ...http, '--artifact-type', ARTIFACT_TYPE],
            ...['--subject', at(name), '--file', file],
          ],
          as,
        ),
      attached: (name, as) => regctl(['artifact', 'list', ...http, at(name)], as),
    }
  }
}
