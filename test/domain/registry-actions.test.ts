import { expect, it } from 'vitest'
import { mayAct, REGISTRY_ACTIONS } from '../../src/domain/registry-actions.ts'

const NOBODY = { role: undefined, isPublic: false, isCreated: false }

const allowed = (standing: Parameters<typeof mayAct>[0]) =>
  REGISTRY_ACTIONS.filter((action) => mayAct(standing, action))

it.each([
  [undefined, []],
  ['read', ['pull']],
  ['write', ['push', 'pull']],
  ['admin', ['push', 'pull', 'delete', '*']],
] as const)('the role %s lets %j', (role, actions) => {
  expect(allowed({ ...NOBODY, role })).toEqual(actions)
})

it('anybody may pull from a public repository, and nothing more', () => {
  expect(allowed({ ...NOBODY, isPublic: true })).toEqual(['pull'])
  expect(allowed({ ...NOBODY, isPublic: true, role: 'write' })).toEqual(['push', 'pull'])
})

it('who has created a repository by this request may push to it, whatever the cap of the credential', () => {
  expect(allowed({ ...NOBODY, isCreated: true })).toEqual(['push'])
  expect(allowed({ ...NOBODY, isCreated: true, role: 'read' })).toEqual(['push', 'pull'])
})
