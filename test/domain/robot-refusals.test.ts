import { expect, it } from 'vitest'
import { switchedOff } from '../../src/domain/robot-refusals.ts'

it('a robot may act unless robots are switched off, or its owner is', () => {
  const robot = {
    ...{ ownerName: 'acme', ownerEnabled: true },
    ...{ enabled: true, disabledReason: null, expiresAt: null },
  }
  const now = new Date('2027-01-31T12:00:00Z')
  const allowed = { robotsDisallow: false, now }
  const disallowed = { robotsDisallow: true, now }
  const disabled = {
    code: 'robots_disabled',
    message: 'Robot account have been disabled. Please contact your administrator.',
  }
  expect(switchedOff('acme+ci', robot, allowed)).toBeUndefined()
  expect(switchedOff('acme+ci', robot, disallowed)).toEqual(disabled)
  expect(switchedOff('acme+ci', { ...robot, ownerEnabled: false }, disallowed)).toEqual(disabled)
  expect(switchedOff('acme+ci', { ...robot, ownerEnabled: false }, allowed)).toEqual({
    code: 'owner_disabled',
    message: 'Robot acme+ci owner acme is disabled',
  })
  const later = new Date(now.getTime() + 1)
  expect(switchedOff('acme+ci', { ...robot, expiresAt: later }, allowed)).toBeUndefined()
  const expired = { ...robot, expiresAt: now }
  expect(switchedOff('acme+ci', expired, allowed)).toEqual({
    code: 'robot_expired',
    message: 'The robot acme+ci expired on 2027-01-31',
  })
  expect(switchedOff('acme+ci', { ...expired, enabled: false }, allowed)).toEqual({
    code: 'robot_disabled',
    message: 'The robot acme+ci is disabled',
  })
})
