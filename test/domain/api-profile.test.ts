import { expect, it } from 'vitest'
import { PROFILES, underProfile } from '../../src/domain/api-profile.ts'
import { forbidden, modelRefused, notFound } from '../../src/domain/errors.ts'
import { robotNotFound } from '../../src/domain/robot-refusals.ts'

it('a robot that is missing is worded by the profile, and nothing else', () => {
  const { live, documented } = PROFILES
  expect(underProfile(robotNotFound(), documented)).toEqual(notFound())
  const words = 'Could not find robot with specified username'
  expect(underProfile(robotNotFound(), live)).toEqual(modelRefused(words))
  const other = forbidden()
  expect([underProfile(other, live), underProfile(other, documented)]).toEqual([other, other])
})
