import createClient from 'openapi-fetch'
import type { components, paths } from './openapi-typescript/schema.js'

// A user's program: node program URL TOKEN. Prints what it was answered.

const [, , baseUrl = '', token = ''] = process.argv
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } })
const path = { orgname: 'acme', robot_shortname: 'deployer' }
const robotPath = '/api/v1/organization/{orgname}/robots/{robot_shortname}'

const created = await client.PUT(robotPath, {
  params: { path },
  body: { description: 'rolls out', unstructured_metadata: { env: 'prod' } },
})
const robot: components['schemas']['Robot'] | undefined = created.data

const { data: list } = await client.GET('/api/v1/organization/{orgname}/robots', {
  params: { path: { orgname: 'acme' }, query: { limit: 10, permissions: true } },
})
const listed: components['schemas']['ListedRobot'][] = list?.robots ?? []

const entries: components['schemas']['FederationEntry'][] = [
  { issuer: 'https://issuer.example.com', subject: 'repo:acme/web', audiences: ['robots'] },
]
const federationPath = `${robotPath}/federation` as const
await client.POST(federationPath, { params: { path }, body: entries })
const federation = await client.GET(federationPath, { params: { path } })

const missing = await client.GET(robotPath, {
  params: { path: { ...path, robot_shortname: 'nobody' } },
})
const refusal: components['schemas']['ApiError'] | components['schemas']['ModelError'] | undefined =
  missing.error

const credentials = `${robotPath}/credentials` as const
const json = { params: { path } }
const text = { params: { path }, parseAs: 'text' } as const
const docker = await client.GET(`${credentials}/docker-config`, json)
const podman = await client.GET(`${credentials}/podman-auth`, json)
const secret = await client.GET(`${credentials}/kubernetes-secret`, text)
const helm = await client.GET(`${credentials}/helm`, text)
const env = await client.GET(`${credentials}/env`, text)
const login = await client.GET(`${credentials}/login-command`, text)

const answers = {
  created: [created.response.status, robot?.name],
  listed: listed.map(({ name, teams }) => [name, teams?.length]),
  federation: federation.data,
  refusal: [missing.response.status, refusal],
  auths: [docker, podman].map(({ data }) => Object.values(data?.auths ?? {})[0]?.auth),
  texts: [secret.data, helm.data, env.data, login.data],
  deleted: (await client.DELETE(robotPath, { params: { path } })).response.status,
}
process.stdout.write(JSON.stringify(answers))
