import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnsibleApi } from './ansible-api.ts'
import { quayRobot } from './ansible-modules.ts'
import { type ClientStage, PROFILE_NAMES, startClientStage } from './client-stage.ts'
import { goQuay } from './go-quay.ts'
import { imageController } from './image-controller.ts'
import { qontractReconcile } from './qontract-reconcile.ts'
import { quayBridgeOperator } from './quay-bridge-operator.ts'
import { terraformProvider } from './terraform-provider.ts'

let stage: ClientStage

/** The life of a robot as each client leads it. */
const LIVES: Record<string, (org: string, url: string, token: string) => Promise<unknown>> = {
  async 'image-controller'(org, url, token) {
    const client = imageController(url, token, org)
    if (!(await client.getRobotAccount('ci'))) await client.createRobotAccount('ci')
    await client.regenerateRobotToken('ci')
    await client.deleteRobotAccount('ci')
  },
  async ansible(org, url, token) {
    const api = new AnsibleApi(url, token)
    await quayRobot(api, { name: `${org}+ci`, federations: [] })
    await quayRobot(api, { name: `${org}+ci`, state: 'absent' })
  },
  async 'terraform-provider-quay'(org, url, token) {
    const { robots } = terraformProvider(url, token)
    await robots.create(org, 'ci', '')
    await robots.read(org, 'ci')
    await robots.delete(org, 'ci')
  },
  async 'go-quay'(org, url, token) {
    const client = goQuay(url, token)
    await client.createRobot(`organization/${org}`, 'ci', '')
    await client.regenerate(`organization/${org}`, 'ci')
    await client.deleteRobot(`organization/${org}`, 'ci')
  },
  async 'quay-bridge-operator'(org, url, token) {
    await quayBridgeOperator(url, token).setUpNamespace(org)
  },
  async 'qontract-reconcile'(org, url, token) {
    const client = qontractReconcile(url, token, org)
    await client.createRobot('ci', '')
    await client.robotPermissions('ci')
    await client.deleteRobot('ci')
  },
}
const NEED_LIVE = ['image-controller', 'quay-bridge-operator']

describe.each(PROFILE_NAMES)('the profile %s', (profile) => {
  beforeAll(async () => {
    stage = await startClientStage(profile)
  })
  afterAll(() => stage.close())

  const who = profile === 'live' ? 'all six clients' : `all but ${NEED_LIVE.join(' and ')}`
  it(`serves ${who}`, async () => {
    const failed: string[] = []
    for (const [name, live] of Object.entries(LIVES)) {
      const life = live(await stage.organization(), stage.url, stage.tokens.alice)
      await life.catch(() => failed.push(name))
    }

    expect(failed).toEqual(profile === 'live' ? [] : NEED_LIVE)
  })
})

describe('the profile documented', () => {
  beforeAll(async () => {
    stage = await startClientStage('documented')
  })
  afterAll(() => stage.close())

  it('leaves image-controller without words about a missing robot and a new token', async () => {
    const client = imageController(stage.url, stage.tokens.alice, await stage.organization())
    await expect(client.getRobotAccount('ci')).rejects.toThrow(/^$/)
    await client.createRobotAccount('ci')

    await expect(client.regenerateRobotToken('ci')).rejects.toThrow(/^$/)
  })

  it('makes the bridge operator take a missing robot for one without a name', async () => {
    const operator = quayBridgeOperator(stage.url, stage.tokens.alice)
    const org = await stage.organization()

    await expect(operator.setUpNamespace(org)).rejects.toThrow('create prototype: status code 400')
    expect(await operator.listPrototypes(org)).toEqual([])
  })
})
