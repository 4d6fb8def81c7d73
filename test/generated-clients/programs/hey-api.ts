import { client } from './hey-api/client.gen.js'
import * as api from './hey-api/sdk.gen.js'
import type {
  ApiError,
  FederationEntry,
  ListedRobot,
  ModelError,
  Robot,
} from './hey-api/types.gen.js'

// A user's program: node program URL TOKEN. Prints what it was answered.

const [, , baseUrl = '', token = ''] = process.argv
client.setConfig({ baseUrl, auth: token })
const path = { orgname: 'acme', robot_shortname: 'deployer' }

const created = await api.createOrgRobot({
  path,
  body: { description: 'rolls out', unstructured_metadata: { env: 'prod' } },
})
const robot: Robot | undefined = created.data

const { data: list } = await api.getOrgRobots({
  path: { orgname: 'acme' },
  query: { limit: 10, permissions: true },
})
const listed: ListedRobot[] = list?.robots ?? []

const entries: FederationEntry[] = [
  { issuer: 'https://issuer.example.com', subject: 'repo:acme/web', audiences: ['robots'] },
]
await api.createOrgRobotFederation({ path, body: entries })
const federation = await api.getOrgRobotFederation({ path })

const missing = await api.getOrgRobot({ path: { ...path, robot_shortname: 'nobody' } })
const refusal: ApiError | ModelError | undefined = missing.error

const docker = await api.getOrgRobotDockerConfig({ path })
const podman = await api.getOrgRobotPodmanAuth({ path })
const secret = await api.getOrgRobotKubernetesSecret({ path })
const helm = await api.getOrgRobotHelmValues({ path })
const env = await api.getOrgRobotEnv({ path })
const login = await api.getOrgRobotLoginCommand({ path })

const answers = {
  created: [created.response?.status, robot?.name],
  listed: listed.map(({ name, teams }) => [name, teams?.length]),
  federation: federation.data,
  refusal: [missing.response?.status, refusal],
  auths: [docker, podman].map(({ data }) => Object.values(data?.auths ?? {})[0]?.auth),
  texts: [secret.data, helm.data, env.data, login.data],
  deleted: (await api.deleteOrgRobot({ path })).response?.status,
}
process.stdout.write(JSON.stringify(answers))
