import { expect, test } from 'vitest'
import {
  type RoleChange,
  bodyOf as requestOf,
  withChange,
} from '../../console/src/access/changes.ts'
import { asked, readMatrixSearch } from '../../console/src/access/matrix-search.ts'
import { isInherited, ownRole, sourceInWords } from '../../console/src/access/roles.ts'
import { accessInWords, bodyOf, EMPTY, queryOf } from '../../console/src/new-robot/draft.ts'
import { csvLine } from '../../console/src/parts/csv.ts'

test('the address of the matrix keeps what is known, and begins anew where it changes', () => {
  const search = readMatrixSearch({
    ...{ q: 'ci', kind: 'robot', role: 'owner', repository: 'web' },
    ...{ next_page: 'x', colour: 'red' },
  })
  expect(search).toEqual({ q: 'ci', kind: 'robot', repository: 'web', next_page: 'x' })
  expect(asked(search, { role: 'write', repository: '' })).toEqual({
    ...{ q: 'ci', kind: 'robot', role: 'write' },
  })
})

test('the role that counts is told from the own one', () => {
  const sources = [
    { role: 'write', from: 'team', team: 'devs' },
    { role: 'read', from: 'direct' },
  ] as const
  const access = {
    repository: 'web',
    is_public: false,
    role: 'write' as const,
    sources: [...sources],
  }
  expect(ownRole(access)).toBe('read')
  expect(isInherited(access)).toBe(true)
  expect(sources.map(sourceInWords)).toEqual(['write by team devs', 'read, given directly'])
})

test('of several changes of one role the last counts, and one back to what it was is none', () => {
  const key = { namespace: 'acme', repository: 'web', kind: 'robot', holder: 'acme+ci' } as const
  const change = (after: RoleChange['after'], repository = 'web'): RoleChange => ({
    key: { ...key, repository },
    before: 'none',
    after,
  })
  const two = [change('write'), change('read', 'api')].reduce(withChange, [] as RoleChange[])
  expect(withChange(two, change('admin')).map(({ after }) => after)).toEqual(['read', 'admin'])
  expect(withChange(two, change('none'))).toEqual([change('read', 'api')])
  const named = { kind: 'robot', name: 'acme+ci' }
  expect(requestOf([change('write'), { ...change('none', 'api'), before: 'read' }])).toEqual({
    changes: [
      { repository: 'web', ...named, role: 'write' },
      { repository: 'api', ...named, role: null },
    ],
  })
})

test('a request says of a new robot what is filled in', () => {
  expect(bodyOf({ ...EMPTY, name: 'ci' })).toEqual({ name: 'ci' })
  const permissions = [
    { id: 1, repository: ' web ', role: 'write' as const },
    { id: 2, repository: '', role: 'read' as const },
  ]
  const draft = { ...EMPTY, name: 'ci', labels: 'team:web', expiresOn: '2120-01-31', permissions }
  expect(bodyOf(draft)).toEqual({
    name: 'ci',
    labels: { team: 'web' },
    expires_at: '2120-01-31T00:00:00Z',
    permissions: { web: 'write' },
  })
  expect(accessInWords(draft)).toBe('write in web')
  expect(accessInWords(EMPTY)).toBeUndefined()
  expect(queryOf({ ...EMPTY, secretExpiresIn: '90d' })).toEqual({ expires_in: '90d' })
  expect(queryOf({ ...EMPTY, secretExpiresIn: '90d', signsInBy: 'federation' })).toEqual({
    secret: false,
  })
})

test('a field that a spreadsheet would run is text', () => {
  expect(csvLine(['=1+1', 'a "b", c', '@x', 'plain', ''])).toBe(`'=1+1,"a ""b"", c",'@x,plain,\r\n`)
})
