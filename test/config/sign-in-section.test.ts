import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'))
  writeFileSync(join(folder, 'secret'), 'hunter2\n')
  writeFileSync(join(folder, 'empty'), ' \n')
})
afterAll(() => rmSync(folder, { recursive: true }))

function read(yaml: string) {
  const path = join(folder, 'config.yaml')
  writeFileSync(path, yaml.replaceAll('FOLDER', folder))
  return loadConfig({ CONFIG_FILE: path }).signIn
}

const PROVIDER = `{name: corp, issuer: "https://login.example.com", client_id: quay, client_secret_file: FOLDER/secret}`

it('has a provider as it is meant where little is said', () => {
  expect(read(`sign_in: {providers: [${PROVIDER}]}`)).toEqual({
    passwords: 'all',
    providers: [
      {
        ...{ name: 'corp', title: 'corp', issuer: 'https://login.example.com' },
        ...{ clientId: 'quay', clientSecret: 'hunter2', scopes: ['openid', 'profile', 'email'] },
        route: { ca: undefined, allowed: undefined },
        rules: {
          ...{ allow: undefined, createUsers: false, teams: [], superuserGroups: undefined },
          ...{ usernameClaim: 'preferred_username', groupsClaim: 'groups' },
          ...{ requiredAcr: undefined, requiredAmr: undefined },
        },
      },
    ],
  })
})

it('has each rule of a provider as it was said', () => {
  const provider = PROVIDER.replace(
    '}',
    `, scopes: [openid, roles], username_claim: nick, groups_claim: /realm/roles, allow: [{email_verified: "true"}],
    create_users: [{department: it}], superuser_groups: [ops], teams: [{group: devs, organization: acme, team: web}],
    required_acr: [gold], required_amr: [mfa, hwk]}`,
  )
  expect(read(`sign_in: {passwords: "off", providers: [${provider}]}`)).toMatchObject({
    passwords: 'off',
    providers: [
      {
        scopes: ['openid', 'roles'],
        rules: {
          ...{ allow: [{ email_verified: 'true' }], createUsers: [{ department: 'it' }] },
          ...{ usernameClaim: 'nick', groupsClaim: '/realm/roles', superuserGroups: ['ops'] },
          teams: [{ group: 'devs', organization: 'acme', team: 'web' }],
          ...{ requiredAcr: ['gold'], requiredAmr: ['mfa', 'hwk'] },
        },
      },
    ],
  })
})

it.each([
  ['passwords: some', 'sign_in.passwords: must be all, superusers or off'],
  [
    `providers: [${PROVIDER}, ${PROVIDER}]`,
    'sign_in.providers: has two providers of the name corp',
  ],
  [
    `providers: [${PROVIDER.replace('secret}', 'empty}')}]`,
    'sign_in.providers[0].client_secret_file: names a file that is empty',
  ],
  [
    `providers: [${PROVIDER.replace('secret}', 'gone}')}]`,
    'sign_in.providers[0].client_secret_file: names a file that cannot be read (ENOENT)',
  ],
  [
    `providers: [${PROVIDER.replace('}', ', create_users: sometimes}')}]`,
    'sign_in.providers[0].create_users: must be true, false or a list of what claims must be',
  ],
  [
    `providers: [${PROVIDER.replace('corp', 'Corp/1')}]`,
    'sign_in.providers[0].name: must have a-z',
  ],
])('refuses %s', (section, words) => {
  expect(() => read(`sign_in:\n  ${section}\n`)).toThrow(words)
})
