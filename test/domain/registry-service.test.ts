import { expect, it } from 'vitest'
import { assertRegistryService } from '../../src/domain/registry-service.ts'

it.each([undefined, '', 'registry.test', ['registry.test', '']])('tokens are for %j', (asked) => {
  expect(() => assertRegistryService(asked, 'registry.test')).not.toThrow()
})

it.each(['other.test', ['registry.test', 'other.test'], ['', 'other.test', 'third.test']])(
  'tokens are not for %j',
  (asked) => {
    expect(() => assertRegistryService(asked, 'registry.test')).toThrow(
      expect.objectContaining({
        code: 'registry_other_service',
        message:
          "Tokens are for the service registry.test, and not for other.test: the registry's auth.token.service and REGISTRY_SERVICE must be the same",
      }),
    )
  },
)

it('quotes a hundred characters', () => {
  expect(() => assertRegistryService('x'.repeat(101), 'registry.test')).toThrow(
    `not for ${'x'.repeat(100)}: `,
  )
})
