import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import {
  assertRobotName,
  isName,
  parseRobotFullName,
  robotFullName,
  robotNameFits,
} from '../../src/domain/names.ts'
import { always } from './settings.ts'
import { nameLike, validName } from './texts.ts'

/** Quay's rule of names in words: runs of letters and digits with single separators between them. */
function isAdmitted(name: string) {
  if (name.length < 2 || name.length > 255) return false
  const isLetter = (char: string | undefined) =>
    char !== undefined && 'abcdefghijklmnopqrstuvwxyz0123456789'.includes(char)
  return [...name].every(
    (char, index, chars) =>
      isLetter(char) ||
      ('._-'.includes(char) && isLetter(chars[index - 1]) && isLetter(chars[index + 1])),
  )
}

it('admits exactly the names that the rule admits', () => {
  always(nameLike, (name) => expect(isName(name)).toBe(isAdmitted(name)), 1000)
})

it('puts the full name of a robot together so that it comes apart again', () => {
  always(fc.tuple(validName, validName), ([owner, shortName]) => {
    expect(parseRobotFullName(robotFullName(owner, shortName))).toEqual({ owner, shortName })
  })
})

it('takes no text for the full name of a robot but two names with one plus between them', () => {
  const texts = fc.oneof(
    nameLike,
    fc.array(nameLike, { maxLength: 3 }).map((some) => some.join('+')),
  )
  always(texts, (text) => {
    const parsed = parseRobotFullName(text)
    const [owner = '', shortName = '', ...rest] = text.split('+')
    const isFullName = rest.length === 0 && isAdmitted(owner) && isAdmitted(shortName)
    expect(parsed).toEqual(isFullName ? { owner, shortName } : undefined)
  })
})

it('refuses the names of robots that it must, and says why in an error of the service', () => {
  always(fc.tuple(validName, nameLike), ([owner, shortName]) => {
    const isGood = isAdmitted(shortName) && owner.length + 1 + shortName.length <= 255
    let thrown: unknown
    try {
      assertRobotName(owner, shortName)
    } catch (error) {
      thrown = error
    }
    if (isGood) expect(thrown).toBeUndefined()
    else expect(thrown).toBeInstanceOf(ServiceError)
    expect(robotNameFits(owner, shortName.length)).toBe(owner.length + shortName.length <= 254)
  })
})
