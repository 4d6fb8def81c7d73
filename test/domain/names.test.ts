import { describe, expect, it } from 'vitest'
import {
  assertRobotName,
  assertTeamName,
  isName,
  nameProblem,
  parseRobotFullName,
  robotFullName,
  robotNameFits,
} from '../../src/domain/names.ts'

const LONGEST = 'a'.repeat(255)

describe('a name', () => {
  it.each(['ab', '12', 'a.b', 'a_b', 'a-b', 'a1.b2_c3-d4', LONGEST])('may be %s', (name) => {
    expect([isName(name), nameProblem(name)]).toEqual([true, undefined])
  })

  it.each([
    ...[
      '',
      'A',
      'Ab',
      'a b',
      'a..b',
      'a._b',
      '.ab',
      'ab.',
      '-ab',
      'ab_',
      'ab\n',
      'a/b',
      'a+b',
      'ü1',
    ],
  ])('has letters, digits and single separators between them, not %j', (name) => {
    expect(nameProblem(name)).toBe(
      'Namespace must match expression ^([a-z0-9]+(?:[._-][a-z0-9]+)*)$',
    )
  })

  it.each(['a', `${LONGEST}a`])('is neither too short nor too long: %s', (name) => {
    expect(nameProblem(name)).toBe('Namespace must be between 2 and 255 characters in length')
    expect(isName(name)).toBe(false)
  })
})

describe('the full name of a robot', () => {
  it('is two names with a plus between them', () => {
    expect(robotFullName('acme', 'ci')).toBe('acme+ci')
    expect(parseRobotFullName('acme+ci')).toEqual({ owner: 'acme', shortName: 'ci' })
  })

  it.each([
    '',
    'acme',
    'acme+',
    '+ci',
    'acme+c',
    'a+ci',
    'acme+ci+x',
    'acme+ci+',
    'Acme+ci',
    'acme+Ci',
  ])('is not %j', (text) => expect(parseRobotFullName(text)).toBeUndefined())

  it('has 255 characters at most', () => {
    const [owner, shortName] = ['a'.repeat(100), 'b'.repeat(154)]
    expect(robotNameFits(owner, 154)).toBe(true)
    expect(robotNameFits(owner, 155)).toBe(false)
    expect(() => assertRobotName(owner, shortName)).not.toThrow()
    expect(() => assertRobotName(owner, `${shortName}b`)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: `The name for the robot '${shortName}b' is invalid: owner+name must be at most 255 characters in length`,
      }),
    )
  })

  it('is refused with what is wrong with the short one', () => {
    expect(() => assertRobotName('acme', 'c')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message:
          "The name for the robot 'c' is invalid: Namespace must be between 2 and 255 characters in length",
      }),
    )
  })
})

it('a team is called as accounts are', () => {
  const refused = (message: string) => expect.objectContaining({ code: 'model_refused', message })
  expect(() => assertTeamName('owners')).not.toThrow()
  expect(() => assertTeamName('Owners')).toThrow(
    refused(
      'Invalid team name Owners: Namespace must match expression ^([a-z0-9]+(?:[._-][a-z0-9]+)*)$',
    ),
  )
  expect(() => assertTeamName('o')).toThrow(
    refused('Invalid team name o: Team must be between 2 and 255 characters in length'),
  )
})
