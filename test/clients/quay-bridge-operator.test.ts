import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientStage, startClientStage } from './client-stage.ts'
import { quayBridgeOperator } from './quay-bridge-operator.ts'

let stage: ClientStage
let operator: ReturnType<typeof quayBridgeOperator>

describe('quay-bridge-operator on a service that answers as Quay runs', () => {
  beforeAll(async () => {
    stage = await startClientStage('live')
    operator = quayBridgeOperator(stage.url, stage.tokens.alice)
  })
  afterAll(() => stage.close())

  const prototypesOf = async (org: string) =>
    Object.fromEntries(
      (await operator.listPrototypes(org)).map(({ delegate, role }) => [delegate.name, role]),
    )

  it('makes the organization, three robots and their default permissions of a namespace', async () => {
    const robots = await operator.setUpNamespace('openshift-shop')

    expect(Object.values(robots).map(({ name }) => name)).toEqual([
      ...['openshift-shop+builder', 'openshift-shop+default', 'openshift-shop+deployer'],
    ])
    for (const robot of Object.values(robots)) expect(await stage.opensRegistry(robot)).toBe(true)
    expect(await prototypesOf('openshift-shop')).toEqual({
      'openshift-shop+builder': 'write',
      'openshift-shop+default': 'read',
      'openshift-shop+deployer': 'read',
    })
  })

  it('finds everything as it left it, with the tokens that it wrote to secrets', async () => {
    const robots = await operator.setUpNamespace('openshift-again')

    expect(await operator.setUpNamespace('openshift-again')).toEqual(robots)
    expect(await operator.listPrototypes('openshift-again')).toHaveLength(3)
  })

  it('makes a repository once', async () => {
    await operator.setUpNamespace('openshift-images')

    expect(await operator.ensureRepository('openshift-images', 'web')).toBe(true)
    expect(await operator.ensureRepository('openshift-images', 'web')).toBe(false)
  })

  it('deletes the organization, and may make it again', async () => {
    const before = await operator.setUpNamespace('openshift-gone')
    await operator.deleteOrganization('openshift-gone')
    const after = await operator.setUpNamespace('openshift-gone')

    expect(after.builder?.name).toBe('openshift-gone+builder')
    expect(after.builder?.token).not.toBe(before.builder?.token)
  })

  it('knows who it is', async () => {
    expect(await operator.userName()).toBe('alice')
  })
})
