import { describe, expect, it } from 'vitest'
import { rewriteRepositoryUrl } from '../../src/domain/repository-url.ts'
import { NOT_BUILT } from '../repositories/not-built.ts'

describe('the path of a repository', () => {
  it.each([
    ['/api/v1/repository/acme/web', '/api/v1/repository/acme%2Fweb'],
    ['/api/v1/repository/acme/web/', '/api/v1/repository/acme%2Fweb'],
    ['/api/v1/repository/acme/a/b/logs?a=/b/c', '/api/v1/repository/acme%2Fa%2Fb/logs?a=/b/c'],
    ['/api/v1/repository/acme/logs', '/api/v1/repository/acme%2Flogs'],
    [
      '/api/v1/repository/acme/web/permissions/user',
      '/api/v1/repository/acme%2Fweb/permissions/user',
    ],
    [
      '/api/v1/repository/acme/permissions/user/a/b',
      '/api/v1/repository/acme%2Fpermissions%2Fuser%2Fa%2Fb',
    ],
    ['/api/v1/repository/acme/logs/logs', '/api/v1/repository/acme%2Flogs/logs'],
    [
      '/api/v1/repository/acme%2fweb/permissions/team/changevisibility',
      '/api/v1/repository/acme%2Fweb/permissions/team/changevisibility',
    ],
    ['/api/v1/repository/acme%252Fweb', '/api/v1/repository/acme%252Fweb'],
    ['/api/v1/repository?namespace=a/b', '/api/v1/repository?namespace=a/b'],
    ['/api/v1/repository/', '/api/v1/repository/'],
    ['/api/v1/user/robots/a%2Fb', '/api/v1/user/robots/a%2Fb'],
  ])('%s becomes %s', (url, rewritten) => {
    expect(rewriteRepositoryUrl(url)).toBe(rewritten)
  })

  it.each(NOT_BUILT)('ends before %s', (operation) => {
    const path = operation.replace(/\/$/, '')
    for (const name of ['acme/web', 'acme/team/app', 'acme%2Fteam%2fapp']) {
      const rewritten = `/api/v1/repository/${name.replaceAll(/\/|%2f/g, '%2F')}/${path}`
      expect(rewriteRepositoryUrl(`/api/v1/repository/${name}/${operation}?x=/build`)).toBe(
        `${rewritten}?x=/build`,
      )
    }
  })

  it.each([
    'logsx',
    'xlogs',
    'build/1/2',
    'tag/a/b',
    'tag/a/expires',
    'signature',
    'manifest',
    'mirror/x',
  ])('does not end before %s, which is no operation', (end) => {
    expect(rewriteRepositoryUrl(`/api/v1/repository/acme/web/${end}`)).toBe(
      `/api/v1/repository/acme%2Fweb%2F${end.replaceAll('/', '%2F')}`,
    )
  })

  it('is none where Quay asks for the health of mirrors', () => {
    const url = '/api/v1/repository/mirror/health'
    expect(rewriteRepositoryUrl(url)).toBe(url)
    expect(rewriteRepositoryUrl(`${url}/?a=b`)).toBe(`${url}/?a=b`)
  })

  it('is that of a retired name as well, which has no operations', () => {
    const prefix = '/api/v1/superuser/retired-names/'
    expect(rewriteRepositoryUrl(`${prefix}acme/a/logs?x=y`)).toBe(`${prefix}acme%2Fa%2Flogs?x=y`)
    expect(rewriteRepositoryUrl(`${prefix}acme`)).toBe(`${prefix}acme`)
  })

  it('takes no time for long paths', () => {
    const url = `/api/v1/repository/${'/permissions/user/x'.repeat(5_000)}!`
    const start = performance.now()
    rewriteRepositoryUrl(url)
    rewriteRepositoryUrl(`/api/v1/repository/${'/permissions/user/x'.repeat(5_000)}/x/y`)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
