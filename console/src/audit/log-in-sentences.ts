import type { Facts } from './log-entry.ts'

const PLATFORMS: Record<string, string> = {
  'token.actions.githubusercontent.com': 'GitHub job',
  'gitlab.com': 'GitLab job',
  'agent.buildkite.com': 'Buildkite job',
  'oidc.circleci.com': 'CircleCI job',
  'app.terraform.io': 'Terraform run',
  'accounts.google.com': 'Google account',
  'sts.windows.net': 'Azure identity',
  'login.microsoftonline.com': 'Azure identity',
}

/** `GitHub job repo:acme/web:ref:refs/heads/main`; of an issuer that is not known, with its host. */
export function holderOf({ of }: Pick<Facts, 'of'>): string {
  const host = URL.canParse(of('issuer')) ? new URL(of('issuer')).host : of('issuer')
  const platform = PLATFORMS[host]
  return platform ? `${platform} ${of('subject')}` : `${of('subject')} of ${host}`
}

const timesOf = ({ of }: Facts) => (of('count') ? `, ${of('count')} times` : '')

export function exchanged(facts: Facts): string {
  const isPassword = facts.of('type') === 'v2auth'
  const how = isPassword ? 'logged in to the registry as' : 'signed in as'
  return `${holderOf(facts)} ${how} ${facts.robot}`
}

export function loggedIn(facts: Facts): string {
  const { who, of } = facts
  if (of('type') !== 'session') return `${who} logged in to the registry${timesOf(facts)}`
  if (of('fresh')) return `${who} proved again who that is`
  return of('provider') ? `${who} signed in by ${of('provider')}` : `${who} signed in`
}

/** Quay has one message for a robot that is not there and one whose secret is another; the log has those that are there. */
const meaningOf = (message: string) =>
  message.endsWith(' and supplied password.') ? 'wrong secret, or one that has ended' : message

export function refused(facts: Facts): string {
  const { robot, of } = facts
  const account = robot || of('username') || of('application_name')
  const who = of('subject') ? `${holderOf(facts)} as ${account}` : account
  const more = of('not_logged') ? ` (and ${of('not_logged')} more like it)` : ''
  return `Refused: ${who}: ${meaningOf(of('message'))}${more}`
}

export function loggedOut({ who, of }: Facts): string {
  const whose = of('username') === who ? '' : ` of ${of('username')}`
  if (of('ended_count')) return `${who} ended ${of('ended_count')} sessions${whose}`
  return of('ended') ? `${who} ended a session${whose}` : `${who} signed out`
}

export const gaveNoKeys = (facts: Facts): string =>
  `The issuer ${facts.of('issuer')} gave no keys${timesOf(facts)}: ${facts.of('message')}`
