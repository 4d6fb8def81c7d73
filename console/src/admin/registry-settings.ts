import type { components } from '../generated/openapi.d.ts'

/** What stands in the configuration of a CNCF Distribution registry. */
export const registrySettings = ({
  realm,
  service,
  issuer,
}: components['schemas']['InstallationRegistry']): string =>
  [
    'auth:',
    '  token:',
    `    realm: ${realm}`,
    `    service: ${service}`,
    `    issuer: ${issuer}`,
    '    rootcertbundle: /etc/registry/registry-ca.pem',
  ].join('\n')
