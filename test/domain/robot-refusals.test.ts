import { expect, it } from 'vitest'
import { switchedOff } from '../../src/domain/robot-refusals.ts'

it('a robot may act unless robots are switched off, or its owner is', () => {
  const robot = { ownerName: 'acme', ownerEnabled: true }
  const disabled = {
    code: 'robots_disabled',
    message: 'Robot account have been disabled. Please contact your administrator.',
  }
  expect(switchedOff('acme+ci', robot, false)).toBeUndefined()
  expect(switchedOff('acme+ci', robot, true)).toEqual(disabled)
  expect(switchedOff('acme+ci', { ...robot, ownerEnabled: false }, true)).toEqual(disabled)
  expect(switchedOff('acme+ci', { ...robot, ownerEnabled: false }, false)).toEqual({
    code: 'owner_disabled',
    message: 'Robot acme+ci owner acme is disabled',
  })
})
