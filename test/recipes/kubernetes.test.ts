import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IssuersSection } from '../../src/config/issuers-section.ts'
import { basic } from '../helpers/api.ts'
import { kubernetesClaims } from '../helpers/provider-claims.ts'
import { createCertificate } from '../oidc/test-certificate.ts'
import { createMachine, type Machine } from './machine.ts'
import { readRecipe } from './recipe.ts'
import {
  federate,
  MAY_PUSH,
  REGISTRY,
  type RecipeStage,
  ROBOT,
  rightsOf,
  runAsAdministrator,
  startRecipeStage,
} from './recipe-stage.ts'

const CREATED = 'kind: Secret'

let stage: RecipeStage
let machine: Machine
beforeAll(async () => {
  stage = await startRecipeStage()
  machine = await createMachine({ kubectl: CREATED })
})
afterAll(async () => {
  await machine?.remove()
  await stage?.close()
})

/** A token as the API server projects it into a pod of the namespace web. */
const projected = (audience: string, fields: object = {}) =>
  stage.mint(kubernetesClaims({ aud: [audience], ...fields }))

interface Variable {
  name: string
  value: string
}

/** Runs the container of the CronJob with the volume that it asks for, and these claims in its token. */
async function runPod(fields: object = {}) {
  const { yaml } = await readRecipe('kubernetes.md', stage.places)
  const pod = yaml.find(({ kind }) => kind === 'CronJob').spec.jobTemplate.spec.template.spec
  const [{ command, args, env, volumeMounts }] = pod.containers
  const source = pod.volumes[0].projected.sources[0].serviceAccountToken
  expect(volumeMounts[0].name).toBe(pod.volumes[0].name)

  expect(kubernetesClaims().sub).toBe(`system:serviceaccount:web:${pod.serviceAccountName}`)
  await writeFile(join(machine.home, source.path), await projected(source.audience, fields))
  const script = args[0].replaceAll(volumeMounts[0].mountPath, machine.home)
  const variables = env.map(({ name, value }: Variable) => [name, value])
  return machine.run([...command, script], Object.fromEntries(variables))
}

describe('the recipe for Kubernetes', () => {
  it('writes the static secret', async () => {
    const [write = ''] = (await readRecipe('kubernetes.md', stage.places)).shell
    await runAsAdministrator(stage, `kubectl() { test "$*" = '-n web apply -f -'; cat; }; ${write}`)
  })

  it('keeps a pull secret fresh', async () => {
    const { shell, json } = await readRecipe('kubernetes.md', stage.places)
    await federate(stage, { shell: shell.slice(1), json })

    expect(await runPod()).toEqual({ code: 0, stdout: CREATED, stderr: '' })
    const uses = await machine.uses('kubectl')
    const create = uses.find(({ args }) => args[0] === 'create')
    const password = create?.args.find((arg) => arg.startsWith('--docker-password='))?.slice(18)
    expect(create?.args).toEqual([
      ...['create', 'secret', 'docker-registry', 'acme-deployer-pull-secret'],
      ...[`--docker-server=${REGISTRY}`, `--docker-username=${ROBOT}`],
      ...[`--docker-password=${password}`, '--dry-run=client', '-o', 'yaml'],
    ])
    expect(uses.find(({ args }) => args[0] === 'apply')).toEqual({
      args: ['apply', '-f', '-'],
      input: CREATED,
    })
    expect(await rightsOf(stage, password ?? '')).toEqual(MAY_PUSH)
  })

  it.each([
    { sub: 'system:serviceaccount:web:default' },
    { 'kubernetes.io': { namespace: 'web', serviceaccount: { name: 'registry', uid: 'anew' } } },
  ])('gives nothing to another service account: %j', async (fields) => {
    const before = (await machine.uses('kubectl')).length
    const { code, stderr } = await runPod(fields)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/401/)])
    expect(await machine.uses('kubectl')).toHaveLength(before)
  })

  it('puts the keys of a cluster that nobody reaches', async () => {
    const { shell, json } = await readRecipe('kubernetes.md', stage.places)
    const keys = JSON.stringify({ keys: [stage.key.publicJwk] })
    const kubectl = `kubectl() { test "$*" = 'get --raw /openid/v1/jwks'; echo '${keys}'; }\n`
    await federate(stage, { shell: [`${kubectl}${shell[2]}`], json: json.slice(1) })
    const iss = 'https://kubernetes.default.svc.cluster.local'
    expect(await runPod({ iss })).toMatchObject({ code: 0 })
    expect(await runPod()).toMatchObject({ code: 1 })
  })

  it('shows a record of the operator that the configuration file takes', async () => {
    const { yaml } = await readRecipe('kubernetes.md')
    const { issuers } = yaml.find((document) => document.issuers)
    issuers.cluster.ca = (await createCertificate('cluster')).cert
    expect(IssuersSection.parse(issuers).named.get('cluster')).toMatchObject({
      issuer: 'https://kubernetes.default.svc.cluster.local',
    })
  })
})

describe('the recipe for the External Secrets Operator', () => {
  interface Generator {
    url: string
    robotAccount: string
    serviceAccountRef: { name: string; audiences: string[] }
  }

  /** The steps of the operator's generator for Quay, version 1.0; it always puts `https://` before the url. */
  async function generate({ url, robotAccount, serviceAccountRef }: Generator) {
    expect(kubernetesClaims().sub).toBe(`system:serviceaccount:web:${serviceAccountRef.name}`)
    const identity = await projected(serviceAccountRef.audiences[0] ?? '')
    const answer = await fetch(`http://${url}/oauth2/federation/robot/token`, {
      headers: basic(robotAccount, identity),
      signal: AbortSignal.timeout(5000),
    })
    if (answer.status !== 200) throw new Error(`unexpected status: ${answer.status}`)
    const { token } = (await answer.json()) as { token: unknown }
    if (typeof token !== 'string') throw new Error('token is no text')
    const parts = token.split('.')
    if (parts.length !== 3) throw new Error('invalid token format')
    const { exp } = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString())
    if (typeof exp !== 'number') throw new Error('exp claim not found or wrong type')
    const auth = Buffer.from(`${robotAccount}:${token}`).toString('base64')
    return { registry: url, auth, expiry: String(exp) }
  }

  it('makes a pull secret for the registry', async () => {
    const hostOf = (url: string) => url.replace(/^\w+:\/\//, '')
    const places = { ...stage.places, 'robots.example.com': hostOf(stage.url) }
    const { yaml } = await readRecipe('external-secrets.md', places)
    const { shell, json } = await readRecipe('kubernetes.md', stage.places)
    await federate(stage, { shell: shell.slice(1), json })
    const generator = yaml.find(({ kind }) => kind === 'QuayAccessToken')
    const secret = yaml.find(({ kind }) => kind === 'ExternalSecret')
    expect(secret.spec.dataFrom[0].sourceRef.generatorRef).toEqual({
      apiVersion: generator.apiVersion,
      kind: generator.kind,
      name: generator.metadata.name,
    })

    const { auth, expiry } = await generate(generator.spec)
    const template: string = secret.spec.target.template.data['.dockerconfigjson']
    const { auths } = JSON.parse(template.replace('{{ .auth }}', auth))
    const [robot, password = ''] = Buffer.from(auths[REGISTRY].auth, 'base64').toString().split(':')
    expect(robot).toBe(ROBOT)
    expect(await rightsOf(stage, password)).toEqual(MAY_PUSH)
    expect(expiry).toMatch(/^\d{10}$/)
  })
})
