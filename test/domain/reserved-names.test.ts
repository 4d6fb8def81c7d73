import { expect, it } from 'vitest'
import { reservedNames } from '../../src/domain/reserved-names.ts'

it('are those that registries take for something else, their own, and those of the operator', () => {
  const naming = { registryService: 'Tokens.test:8443', registryHost: 'r.test:5000' }
  expect([...reservedNames({ ...naming, reserved: ['Status', 'a:1x'] })]).toEqual([
    ...['library', 'v2', 'api', 'catalog', '_catalog'],
    ...['tokens.test:8443', 'tokens.test', 'r.test:5000', 'r.test'],
    ...['status', 'a:1x'],
  ])
  const plain = { registryService: 'x:80y', registryHost: 'r.test' }
  expect([...reservedNames({ ...plain, reserved: [] })].slice(5)).toEqual(['x:80y', 'r.test'])
})
