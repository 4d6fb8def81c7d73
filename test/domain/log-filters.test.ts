import { describe, expect, it } from 'vitest'
import { assertKind, robotAsked } from '../../src/domain/log-filters.ts'

const refused = (message: string) => expect.objectContaining({ code: 'invalid_request', message })

describe('the kind of an entry', () => {
  it.each([undefined, 'create_robot', 'a', '2', 'a'.repeat(64)])('may be %s', (kind) => {
    expect(() => assertKind(kind)).not.toThrow()
  })

  it.each(['', 'Create', 'a b', 'a-b', 'a\n', ' a', 'a'.repeat(65)])('is never %j', (kind) => {
    expect(() => assertKind(kind)).toThrow(
      refused('kind is no kind of entry: write one such as create_robot'),
    )
  })
})

describe('the robot of a log', () => {
  it.each([
    ['deployer', { name: 'deployer', owner: undefined }],
    ['acme+deployer', { name: 'deployer', owner: 'acme' }],
  ])('may be %s', (robot, asked) => {
    expect(robotAsked(robot)).toEqual(asked)
  })

  it('is called in full among those of all owners', () => {
    expect(robotAsked('acme+deployer', { inFull: true }).owner).toBe('acme')
    expect(() => robotAsked('deployer', { inFull: true })).toThrow(
      refused('robot needs its full name among those of all owners: write acme+deployer'),
    )
  })

  it.each([
    '',
    '+',
    'acme+',
    '+deployer',
    'a b',
    'acme+de ploy',
    'Acme+deployer',
    'aa+bb+cc',
    '+aa+bb',
  ])('has no name such as %j', (robot) => {
    expect(() => robotAsked(robot)).toThrow(
      refused('robot is no name of a robot: write deployer, or acme+deployer'),
    )
  })
})
