import { expect, it } from 'vitest'
import {
  lastsForRegistryToken,
  registryTokenValidity,
} from '../../src/domain/registry-token-life.ts'

it('takes a credential for a registry token as long as that can have a minute', () => {
  expect(lastsForRegistryToken(1060, 1000)).toBe(true)
  expect(lastsForRegistryToken(1059, 1000)).toBe(false)
})

it('lets a registry token live no longer than the credential', () => {
  expect(registryTokenValidity(1000, { lifetime: 300, credentialEnds: undefined })).toEqual({
    from: 1000,
    until: 1300,
  })
  expect(registryTokenValidity(1000, { lifetime: 300, credentialEnds: 1100 })).toEqual({
    from: 1000,
    until: 1100,
  })
})

it('lets a registry token begin earlier where less than a minute is left', () => {
  expect(registryTokenValidity(1001, { lifetime: 300, credentialEnds: 1060 })).toEqual({
    from: 1000,
    until: 1060,
  })
})
