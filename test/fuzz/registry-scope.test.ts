import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import { REGISTRY_ACTIONS } from '../../src/domain/registry-actions.ts'
import { parseRegistryScope } from '../../src/domain/registry-scope.ts'
import { isRepositoryName } from '../../src/domain/repository-name.ts'
import { splitScopes } from '../../src/schemas/registry.ts'
import { always } from './settings.ts'
import { hostileText } from './texts.ts'

const part = fc.stringMatching(/^[a-z0-9]+(?:(?:[._]|-{1,3})[a-z0-9]+)*$/, { maxLength: 12 })
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const namespace = fc.stringMatching(/^[A-Za-z0-9._-]+$/, { maxLength: 10 })
const actions = fc.array(
  fc.oneof(fc.constantFrom(...REGISTRY_ACTIONS), fc.constantFrom('fly', '')),
  {
    minLength: 1,
    maxLength: 5,
  },
)

it('reads a scope as it was put together, with and without the class of the resource', () => {
  const scopes = fc.tuple(namespace, path, actions, fc.boolean())
  always(scopes, ([owner, repository, asked, hasClass]) => {
    fc.pre(asked.join(',') !== '')
    const name = `${owner}/${repository}`
    const text = `repository${hasClass ? '(plugin)' : ''}:${name}:${asked.join(',')}`
    expect(parseRegistryScope(text)).toEqual({
      type: 'repository',
      name,
      namespace: owner,
      repository,
      actions: REGISTRY_ACTIONS.filter((action) => asked.includes(action)),
    })
  })
})

const scopeLike = fc.oneof(
  hostileText,
  fc
    .array(
      fc.oneof(
        hostileText,
        path,
        fc.constantFrom('repository', 'registry', 'catalog', 'pull', '*'),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join(':')),
  fc
    .string({ unit: fc.constantFrom(...'repository:/()a1._-,*\n '), maxLength: 30 })
    .map((text) => `repository:${text}:pull`),
)

it('answers any text with a scope that it holds, with nothing, or with an error of the service', () => {
  always(
    scopeLike,
    (text) => {
      let scope: ReturnType<typeof parseRegistryScope>
      try {
        scope = parseRegistryScope(text)
      } catch (error) {
        return expect(error).toBeInstanceOf(ServiceError)
      }
      if (scope === undefined) return expect(text).toMatch(/^[a-z]+(\([a-z]+\))?:.+:[^:]+$/)
      expect(text.split(':').at(-1)?.split(',')).toEqual(expect.arrayContaining(scope.actions))
      expect(text).toContain(`:${scope.name}:`)
      if (scope.type === 'repository') expect(isRepositoryName(scope.repository)).toBe(true)
    },
    1000,
  )
})

/** The grammar of Distribution's reference, by hand, with nested names in it. */
function isPath(text: string) {
  const isWord = (word: string) => word !== '' && [...word].every((char) => /[a-z0-9]/.test(char))
  return (
    text.length <= 255 &&
    text.split('/').every((component) => component.split(/[._-]+/).every(isWord))
  )
}

it('admits exactly the names of repositories that the grammar admits', () => {
  const names = fc.oneof(path, hostileText, fc.string({ unit: fc.constantFrom(...'a1._-/A\n') }))
  always(names, (name) => expect(isRepositoryName(name)).toBe(isPath(name)), 1000)
})

it('splits a list of scopes at spaces, and loses none', () => {
  const lists = fc.array(
    fc.array(
      scopeLike.map((text) => text.replaceAll(' ', '')),
      { maxLength: 4 },
    ),
  )
  always(lists, (parameters) => {
    const texts = parameters.map((scopes) => scopes.join(' '))
    expect(splitScopes(texts)).toEqual(parameters.flat().filter((scope) => scope !== ''))
  })
})
