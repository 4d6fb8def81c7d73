import { pullSecretName } from './pull-secret-name.ts'

/** What a robot logs in to a registry with. */
interface RegistryCredentials {
  /** `host[:port]`, as `docker login` takes it, and a path where they are for a part of the registry. */
  registry: string
  /** Full name of a robot, `owner+short`. */
  username: string
  password: string
}

interface Format {
  mediaType: 'application/json' | 'application/yaml' | 'text/plain'
  write(credentials: RegistryCredentials): string
}

/** The forms in which credentials can be pasted, or piped into a program. */
const FORMATS = {
  'docker-config': { mediaType: 'application/json', write: dockerConfig },
  'kubernetes-secret': { mediaType: 'application/yaml', write: kubernetesSecret },
  'podman-auth': { mediaType: 'application/json', write: podmanAuth },
  env: { mediaType: 'text/plain', write: env },
  helm: { mediaType: 'application/yaml', write: helmValues },
  'login-command': { mediaType: 'text/plain', write: loginCommand },
} satisfies Record<string, Format>

export type CredentialFormat = keyof typeof FORMATS

export const CREDENTIAL_FORMATS = Object.keys(FORMATS) as [CredentialFormat, ...CredentialFormat[]]

/** The credentials as text in one of the formats, which ends in a line feed, and its media type. */
export function formatCredentials(format: CredentialFormat, credentials: RegistryCredentials) {
  const { mediaType, write } = FORMATS[format]
  return { mediaType, text: `${write(credentials)}\n` }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Base64 (RFC 4648 §4, padded) of `user:password`: the one key that Docker, Kubernetes and Podman all read. */
const authOf = ({ username, password }: RegistryCredentials) => base64(`${username}:${password}`)

const authFile = (credentials: RegistryCredentials, more: object) =>
  JSON.stringify(
    { auths: { [credentials.registry]: { auth: authOf(credentials), ...more } } },
    null,
    2,
  )

/** `~/.docker/config.json`, with the empty `email` that Quay writes. */
function dockerConfig(credentials: RegistryCredentials): string {
  return authFile(credentials, { email: '' })
}

/** containers-auth.json(5), as `podman login` and `skopeo login` write it. */
function podmanAuth(credentials: RegistryCredentials): string {
  return authFile(credentials, {})
}

/** A text as YAML 1.2 §10.2 has it: every JSON string is one. */
const yaml = (text: string) => JSON.stringify(text)

function kubernetesSecret(credentials: RegistryCredentials): string {
  return [
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    `  name: ${yaml(pullSecretName(credentials.username))}`,
    'type: kubernetes.io/dockerconfigjson',
    'data:',
    `  .dockerconfigjson: ${yaml(base64(dockerConfig(credentials)))}`,
  ].join('\n')
}

/** Values as Helm's guide on image pull secrets names them, and as charts take the name of a secret. */
function helmValues({ registry, username, password }: RegistryCredentials): string {
  return [
    'imageCredentials:',
    `  registry: ${yaml(registry)}`,
    `  username: ${yaml(username)}`,
    `  password: ${yaml(password)}`,
    '  email: ""',
    'imagePullSecrets:',
    `  - name: ${yaml(pullSecretName(username))}`,
  ].join('\n')
}

/** Unquoted where possible: `--env-file` and dotenv may take quotes as a part of the value. */
const shell = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** Variables for a POSIX shell, `docker run --env-file` and dotenv alike. */
function env({ registry, username, password }: RegistryCredentials): string {
  return [
    `REGISTRY=${shell(registry)}`,
    `REGISTRY_USERNAME=${shell(username)}`,
    `REGISTRY_PASSWORD=${shell(password)}`,
  ].join('\n')
}

/** `printf` is part of the shell: no list of processes shows the password. */
function loginCommand({ registry, username, password }: RegistryCredentials): string {
  const login = `docker login -u ${shell(username)} --password-stdin ${shell(registry)}`
  return `printf %s ${shell(password)} | ${login}`
}
