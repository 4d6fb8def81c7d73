import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kubernetesClaims } from '../helpers/provider-claims.ts'
import { createMachine, type Machine } from './machine.ts'
import { readRecipe } from './recipe.ts'
import {
  federate,
  MAY_PUSH,
  REGISTRY,
  type RecipeStage,
  ROBOT,
  rightsOf,
  startRecipeStage,
} from './recipe-stage.ts'

let stage: RecipeStage
let machine: Machine
beforeAll(async () => {
  stage = await startRecipeStage()
  machine = await createMachine()
})
afterAll(async () => {
  await machine?.remove()
  await stage?.close()
})

const read = () => readRecipe('kubelet.md', { 'https://robots.example.com': stage.url })

/** What the kubelet is answered for a pod whose token has these claims. */
async function askProgram(fields: object, layout?: number) {
  const { shell, yaml } = await read()
  const { tokenAttributes, ...provider } = yaml.find(({ providers }) => providers).providers[0]
  const account = yaml.find(({ kind }) => kind === 'ServiceAccount').metadata
  expect(tokenAttributes.requiredServiceAccountAnnotationKeys).toEqual(
    Object.keys(account.annotations),
  )
  const aud = [tokenAttributes.serviceAccountTokenAudience]
  const request = {
    apiVersion: provider.apiVersion,
    kind: 'CredentialProviderRequest',
    image: `${provider.matchImages[0]}/acme/web:1`,
    serviceAccountToken: await stage.mint(kubernetesClaims({ aud, ...fields })),
    serviceAccountAnnotations: account.annotations,
  }
  const [program, input] = [join(machine.home, provider.name), join(machine.home, 'request')]
  await writeFile(program, shell[0] ?? '')
  await chmod(program, 0o755)
  await writeFile(input, JSON.stringify(request, null, layout))
  const { code, stdout } = await machine.run(['sh', '-c', `${program} < ${input}`])
  expect(code).toBe(0)
  const { auth, ...answer } = JSON.parse(stdout)
  expect(answer).toMatchObject({
    apiVersion: provider.apiVersion,
    kind: 'CredentialProviderResponse',
  })
  expect(Object.keys(auth)).toEqual(provider.matchImages)
  expect(auth[REGISTRY].username).toBe(ROBOT)
  return auth[REGISTRY].password
}

it.each([undefined, 2])(
  'a kubelet pulls with the token of the pod, laid out with %s',
  async (layout) => {
    const { shell, json } = await readRecipe('kubernetes.md', stage.places)
    await federate(stage, { shell: shell.slice(1), json })
    expect(await rightsOf(stage, await askProgram({}, layout))).toEqual(MAY_PUSH)
  },
)

it('a pod of another service account gets nothing', async () => {
  const password = await askProgram({ sub: 'system:serviceaccount:web:default' })
  expect(await rightsOf(stage, password)).toBe(401)
})
