import { describe, expect, it } from 'vitest'
import {
  discoveryUrl,
  isSameIssuer,
  issuerOfDiscovery,
  issuerProblem,
} from '../../src/domain/issuer-url.ts'

const FORM = 'is not of the form https://host[:port][/path]'
const ASCII = 'has a host name beyond ASCII: write it as DNS has it, xn--…'

describe('the URL of an issuer', () => {
  it.each([
    ...[
      'https://a',
      'https://CI.Example',
      'http://a',
      'https://a.example:8443',
      'https://a/',
      'https://a/b/c/',
    ],
    ...[
      'https://[::1]:80/x',
      'https://a/ü',
      'https://xn--exmple-cua.com',
      'https://a/b@c',
      'https://a/*',
    ],
  ])('may be %s', (issuer) => expect(issuerProblem(issuer)).toBeUndefined())

  it.each([
    ['https://a /', 'has a blank or a control character'],
    ['https://a/\u0001', 'has a blank or a control character'],
    ['https://a/\u0085', 'has a blank or a control character'],
    ['https://a?b', 'has a query'],
    ['https://a/?', 'has a query'],
    ['https://a#b', 'has a fragment'],
    ['https://a/#', 'has a fragment'],
    ['https://user@a', 'has user info, which ends with @'],
    ['http://user:x@a/b', 'has user info, which ends with @'],
    ['https://@a', 'has user info, which ends with @'],
    ['', FORM],
    ['a', FORM],
    ['ftp://a', FORM],
    ['HTTPS://a', FORM],
    ['xhttps://a', FORM],
    ['https:/a', FORM],
    ['https://', FORM],
    ['https:///a', FORM],
    ['https://a\\b', FORM],
    ['https://a/b\\c', FORM],
    ['https://*.a', FORM],
    ['https://a:port', FORM],
    ['https://a:99999/', FORM],
    ['https://exämple.com', ASCII],
    ['https://ａ.com/b', ASCII],
    ['https://%31%32%37.0.0.1', 'has a host that stands for another: write 127.0.0.1'],
    ['https://ci%2Eexample:8443/a', 'has a host that stands for another: write ci.example'],
    ['https://0x7f.1', 'has a host that stands for another: write 127.0.0.1'],
    ['https://2130706433/a', 'has a host that stands for another: write 127.0.0.1'],
  ])('is not %j: it %s', (issuer, problem) => expect(issuerProblem(issuer)).toBe(problem))

  it('is the same with and without a slash at the end, and no other', () => {
    expect(isSameIssuer('https://a/b', 'https://a/b/')).toBe(true)
    expect(isSameIssuer('https://a/', 'https://a')).toBe(true)
    expect(isSameIssuer('https://a', 'https://a')).toBe(true)
    expect(isSameIssuer('https://a', 'https://a//')).toBe(false)
    expect(isSameIssuer('https://a', 'https://A')).toBe(false)
  })
})

describe('the discovery document of an issuer', () => {
  it('is below it', () => {
    const path = '/.well-known/openid-configuration'
    expect(discoveryUrl('https://a')).toBe(`https://a${path}`)
    expect(discoveryUrl('https://a/b/')).toBe(`https://a/b${path}`)
    expect(issuerOfDiscovery(`https://a/b${path}`)).toBe('https://a/b')
    expect(issuerOfDiscovery(`https://a${path}/`)).toBe('https://a')
    expect(issuerOfDiscovery(`https://a${path}/x`)).toBeUndefined()
    expect(issuerOfDiscovery('https://a')).toBeUndefined()
  })
})
