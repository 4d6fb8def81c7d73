import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { pullSecretName } from '../../src/domain/pull-secret-name.ts'

const digest = (robot: string) => createHash('sha256').update(robot).digest('hex').slice(0, 10)

it.each([
  ['acme+ci', 'acme-ci-pull-secret'],
  ['aa-bb+c1', 'aa-bb-c1-pull-secret'],
])('of %s is that of Quay', (robot, name) => expect(pullSecretName(robot)).toBe(name))

it.each([
  ['acme+c-i', 'acme-c-i'],
  ['ac.me+ci', 'ac-me-ci'],
  ['ac_me+ci', 'ac-me-ci'],
  ['ac--me+ci', 'ac--me-ci'],
  ['-acme+ci-', 'acme-ci'],
  ['--acme+ci--', 'acme-ci'],
])('of %s, which could be another’s, ends in a digest', (robot, start) => {
  expect(pullSecretName(robot)).toBe(`${start}--${digest(robot)}-pull-secret`)
})

it('has 253 characters at most', () => {
  const longest = pullSecretName(`${'a'.repeat(239)}+b`)
  expect(longest).toBe(`${'a'.repeat(239)}-b-pull-secret`)
  expect(longest).toHaveLength(253)
  const longer = `${'a'.repeat(240)}+b`
  expect(pullSecretName(longer)).toBe(`${'a'.repeat(229)}--${digest(longer)}-pull-secret`)
  expect(pullSecretName(longer)).toHaveLength(253)
})
