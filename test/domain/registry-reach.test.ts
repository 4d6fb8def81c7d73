import { expect, it } from 'vitest'
import { isInReach, reachProblem } from '../../src/domain/registry-reach.ts'

it.each([
  'repository:acme/web:pull',
  'repository:acme/*:pull,push,delete',
  'repository:**:*',
  'repository:localhost:5000/web:pull',
])('knows a scope: %s', (scope) => {
  expect(reachProblem(scope)).toBeUndefined()
})

const FORM = 'is not of the form repository:OWNER/NAME:ACTION,…'

it.each([
  ['', FORM],
  ['repository:acme/web', FORM],
  ['repository::pull', FORM],
  ['registry:catalog:*', FORM],
  ['Repository:acme/web:pull', FORM],
  ['repository:acme/web:', FORM],
  ['repository:acme/web :pull', FORM],
  ['repository:acme/web:pull ', FORM],
  ['repository:acme/web:pull,', `has the unknown action '': known: push, pull, delete, *`],
  ['repository:acme/web:Pull', `has the unknown action 'Pull': known: push, pull, delete, *`],
  ['repository:acme/web\\:pull', 'ends with a \\ that stands before nothing'],
])('says what is wrong with %j', (scope, problem) => {
  expect(reachProblem(scope)).toBe(problem)
})

it.each([
  [undefined, 'any/thing', 'delete', true],
  [[], 'acme/web', 'pull', false],
  [['repository:acme/web:pull'], 'acme/web', 'pull', true],
  [['repository:acme/web:pull'], 'acme/web', 'push', false],
  [['repository:acme/web:pull'], 'acme/web', '*', false],
  [['repository:acme/web:push'], 'acme/web', 'pull', false],
  [['repository:acme/web:pull'], 'acme/web2', 'pull', false],
  [['repository:acme/web:pull'], 'xacme/web', 'pull', false],
  [['repository:acme/*:pull'], 'acme/web', 'pull', true],
  [['repository:acme/*:pull'], 'acme/team/web', 'pull', false],
  [['repository:acme/**:*'], 'acme/team/web', '*', true],
  [['repository:acme/a:pull', 'repository:acme/b:push'], 'acme/a', 'push', false],
  [['repository:acme/a:pull', 'repository:acme/b:push'], 'acme/b', 'push', true],
] as const)('%j covers %s:%s: %s', (scopes, name, action, covered) => {
  expect(isInReach(scopes, name, action)).toBe(covered)
})
