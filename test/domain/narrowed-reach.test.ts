import { describe, expect, it } from 'vitest'
import { askedScopes, narrowingProblem } from '../../src/domain/narrowed-reach.ts'

describe('the scopes of a request', () => {
  it.each([
    ['', []],
    [' \n', []],
    ['a b', ['a', 'b']],
    ['a,b  a', ['a', 'b']],
    [',a,,b,', ['a', 'b']],
    ['repository:acme/web:pull,push a,b', ['repository:acme/web:pull,push', 'a', 'b']],
  ])('of %j are %j', (text, scopes) => {
    expect(askedScopes(text)).toEqual(scopes)
  })
})

describe('a token', () => {
  const GIVEN = [
    'repository:acme/web:pull,push',
    'repository:acme/ci-*:pull',
    'repository:acme/all:*',
  ]
  const WIDER = expect.stringContaining('is not within what the entry gives')
  const BAD_FORM = expect.stringContaining('is not of the form repository:OWNER/NAME:ACTION,…')

  it.each([
    ['repository:acme/web:pull'],
    ['repository:acme/web:push,pull'],
    ['repository:acme/ci-lint:pull'],
    ['repository:acme/ci-*:pull'],
    ['repository:acme/all:delete'],
    ['repository:acme/all:*'],
  ])('can be bound to %s', (scope) => {
    expect(narrowingProblem([scope], GIVEN)).toBeUndefined()
    expect(narrowingProblem([scope], undefined)).toBeUndefined()
    expect(narrowingProblem([scope, 'repository:acme/other:pull'], GIVEN)).toEqual(WIDER)
  })

  it.each([
    ['repository:acme/web:delete', WIDER],
    ['repository:acme/web:*', WIDER],
    ['repository:acme/web:pull,delete', WIDER],
    ['repository:acme/ci-lint:push', WIDER],
    ['repository:acme/ci-*:push', WIDER],
    ['repository:acme/ci-a*:pull', WIDER],
    ['repository:acme/**:pull', WIDER],
    ['repository:acme/\\web:pull', WIDER],
    ['repository:other/web:pull', WIDER],
    ['repo:read', BAD_FORM],
    ['registry:catalog:*', BAD_FORM],
    ['repository:acme/web', BAD_FORM],
    ['repository:acme/web:fetch', expect.stringContaining("unknown action 'fetch'")],
  ])('cannot be bound to %s', (scope, problem) => {
    expect(narrowingProblem([scope], GIVEN)).toEqual(problem)
  })

  it('reaches what it was given in two scopes as one', () => {
    const given = ['repository:acme/*:pull', 'repository:acme/web:push']
    expect(narrowingProblem(['repository:acme/web:pull,push'], given)).toBeUndefined()
    expect(narrowingProblem(['repository:acme/api:pull,push'], given)).toEqual(WIDER)
  })

  it('is bound to what fits into a header', () => {
    const many = Array.from({ length: 100 }, (_, n) => `repository:acme/web${n}:pull`)
    expect(narrowingProblem(many, undefined)).toBe('more than 2048 characters are asked for')
  })
})
