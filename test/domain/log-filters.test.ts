import { describe, expect, it } from 'vitest'
import { assertKind, robotInLog } from '../../src/domain/log-filters.ts'

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
    ['deployer', 'acme', 'deployer'],
    ['acme+deployer', 'acme', 'deployer'],
    ['rival+deployer', 'acme', undefined],
    ['acme+deployer', undefined, undefined],
    ['deployer', undefined, 'deployer'],
  ])('%s in that of %s is %s', (robot, namespace, found) => {
    expect(robotInLog(robot, namespace)).toBe(found)
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
    expect(() => robotInLog(robot, 'acme')).toThrow(
      refused('robot is no name of a robot: write deployer, or acme+deployer'),
    )
  })
})
