import { buildkite, circleci, jenkins } from './ci-templates.ts'
import { azure, fly, google } from './cloud-templates.ts'
import { bitbucket, github, githubEnterprise, gitlab } from './code-host-templates.ts'
import { ServiceError } from './errors.ts'
import type { FederationTemplate } from './federation-template.ts'
import { didYouMean } from './nearest-name.ts'
import { kubernetes, spiffe, terraform } from './platform-templates.ts'

export const FEDERATION_TEMPLATES: readonly FederationTemplate[] = [
  github,
  githubEnterprise,
  gitlab,
  kubernetes,
  spiffe,
  buildkite,
  circleci,
  bitbucket,
  terraform,
  jenkins,
  google,
  azure,
  fly,
]

/** @throws {ServiceError} `not_found` */
export function templateNamed(name: string): FederationTemplate {
  const template = FEDERATION_TEMPLATES.find((one) => one.name === name)
  if (template) return template
  const names = FEDERATION_TEMPLATES.map((one) => one.name)
  throw new ServiceError('not_found', `There is no template '${name}': ${didYouMean(name, names)}`)
}
