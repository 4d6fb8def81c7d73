import { expect, it } from 'vitest'
import { foreignRobot, isForeignRobot, parseAccount, parseTeam } from '../../src/domain/grantee.ts'

it.each([
  ['alice', { kind: 'user', name: 'alice' }],
  ['acme+ci', { kind: 'robot', name: 'ci' }],
  ['rival+ci', undefined],
  ['Alice', undefined],
  ['acme+', undefined],
  ['', undefined],
])('%j is in the namespace acme %j', (name, grantee) => {
  expect(parseAccount(name, 'acme')).toEqual(grantee)
})

it('a team has a name as accounts have', () => {
  expect([parseTeam('devs'), parseTeam('Devs')]).toEqual([
    { kind: 'team', name: 'devs' },
    undefined,
  ])
})

it('a robot of another namespace is a foreign one', () => {
  expect(
    ['rival+ci', 'acme+ci', 'alice', 'rival+'].map((name) => isForeignRobot(name, 'acme')),
  ).toEqual([true, false, false, false])
  expect(foreignRobot('rival+ci', 'acme')).toBe('Cannot add robot rival+ci under namespace acme')
})
