import { describe, expect, it } from 'vitest'
import { didYouMean, nearestName } from '../../src/domain/nearest-name.ts'

const KNOWN = ['issuer', 'subject', 'audiences', 'token-lifetime']

describe('the name that was meant', () => {
  it.each([
    ['issuer', 'issuer'],
    ['isuer', 'issuer'],
    ['isssuer', 'issuer'],
    ['issuar', 'issuer'],
    ['isseur', 'issuer'],
    ['subjcet', 'subject'],
    ['sbujetc', 'subject'],
    ['Token_Lifetime', 'token-lifetime'],
    ['token lifetime', 'token-lifetime'],
    ['tokenLifetmie', 'token-lifetime'],
    ['audience', 'audiences'],
  ])('by %s is %s', (name, found) => expect(nearestName(name, KNOWN)).toBe(found))

  it.each(['', 'url', 'iss', 'subtext-of-it', 'x'.repeat(10_000)])('is none for %j', (name) =>
    expect(nearestName(name, KNOWN)).toBeUndefined(),
  )

  it('differs in a third of the letters at most', () => {
    expect(nearestName('abcxyz', ['abcdef'])).toBeUndefined()
    expect(nearestName('abcdxy', ['abcdef'])).toBe('abcdef')
    expect(nearestName('abcx', ['abcd'])).toBe('abcd')
    expect(nearestName('abxy', ['abcd'])).toBeUndefined()
    expect(nearestName('ab', ['ac'])).toBeUndefined()
  })

  it('differs in no more letters than were asked for', () => {
    expect(nearestName('abcdxy', ['abcdef'], 1)).toBeUndefined()
    expect(nearestName('abcdex', ['abcdef'], 1)).toBe('abcdef')
  })

  it('is the nearest of several, and of equals the first', () => {
    expect(nearestName('abcdef', ['abcdxy', 'abcdex', 'abcdey'])).toBe('abcdex')
  })

  it('has one letter more or less, or two swapped, and nothing that only looks so', () => {
    expect(nearestName('abc', ['abcd'])).toBe('abcd')
    expect(nearestName('abc', ['abcde'])).toBeUndefined()
    expect(nearestName('abcd', ['abc'])).toBe('abc')
    expect(nearestName('bac', ['abc'])).toBe('abc')
    expect(nearestName('acb', ['abc'])).toBe('abc')
    expect(nearestName('bca', ['abc'])).toBeUndefined()
    expect(nearestName('cba', ['abc'])).toBeUndefined()
    expect(nearestName('bxc', ['abc'])).toBeUndefined()
    expect(nearestName('xac', ['abc'])).toBeUndefined()
    expect(nearestName('abcdefghi', ['badcfeghi'])).toBe('badcfeghi')
    expect(nearestName('abcdefghi', ['badcfeihg'])).toBeUndefined()
  })
})

it('is asked for where one is near, else all are named', () => {
  expect(didYouMean('isuer', KNOWN)).toBe('did you mean issuer?')
  expect(didYouMean('url', KNOWN)).toBe('known: issuer, subject, audiences, token-lifetime')
})
