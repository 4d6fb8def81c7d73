import { buildkite, circleci, jenkins } from './ci-templates.ts'
import { bitbucket, github, gitlab } from './code-host-templates.ts'
import { ServiceError } from './errors.ts'
import type { FederationTemplate } from './federation-template.ts'
import { didYouMean } from './nearest-name.ts'
import { fly, google, kubernetes, terraform } from './platform-templates.ts'

export const FEDERATION_TEMPLATES: readonly FederationTemplate[] = [
  github,
  gitlab,
  kubernetes,
  buildkite,
  circleci,
  bitbucket,
  terraform,
  jenkins,
  google,
  fly,
]

/** @throws {ServiceError} `not_found` */
export function templateNamed(name: string): FederationTemplate {
  const template = FEDERATION_TEMPLATES.find((one) => one.name === name)
  if (template) return template
  const names = FEDERATION_TEMPLATES.map((one) => one.name)
  throw new ServiceError('not_found', `There is no template '${name}': ${didYouMean(name, names)}`)
}
