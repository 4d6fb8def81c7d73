import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import { type RobotAddress, robotPath } from './robot-query.ts'

/** What the newest secret can be written as. */
export const FORMATS = {
  token: 'Secret alone',
  'docker-config': 'Docker: config.json',
  'podman-auth': 'Podman: auth.json',
  'kubernetes-secret': 'Kubernetes: Secret',
  env: 'Environment variables',
  helm: 'Helm: values',
  'login-command': 'docker login',
}

export type Format = keyof typeof FORMATS

/** What is asked for: the newest secret, and what for. */
export interface CredentialWish {
  format: Format
  /** `registry.example.com`, or `registry.example.com/acme`; the secret alone is for either. */
  registry: string
}

/** The newest secret, as text to paste; the service logs who asked. @throws {Refusal} `conflict`: it is shown once only */
export async function readCredential(
  { owner, robot }: RobotAddress,
  { format, registry }: CredentialWish,
) {
  const api = ownerApi(owner)
  const path = { robot_shortname: robot }
  if (format !== 'token') {
    const formatPath = `/robots/{robot_shortname}/credentials/${format}` as const
    const params = { path, query: { registry } }
    return answerOf(api.GET(formatPath, { params, parseAs: 'text' }))
  }
  const shown = await answerOf(api.GET('/robots/{robot_shortname}', { params: { path } }))
  if (shown.token === undefined) throw new Error('It has no secret that is shown: rotate it.')
  return shown.token
}

/** Where the same is for a shell. */
export const credentialPath = (address: RobotAddress, { format, registry }: CredentialWish) =>
  format === 'token'
    ? robotPath(address)
    : `${robotPath(address)}/credentials/${format}?${new URLSearchParams({ registry })}`
