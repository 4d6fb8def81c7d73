/** What stands in the configuration of a CNCF Distribution registry. @param origin of the service: `https://robots.example.com` */
export const registrySettings = (origin: string): string =>
  [
    'auth:',
    '  token:',
    `    realm: ${origin}/v2/auth`,
    `    service: ${new URL(origin).host}`,
    `    issuer: ${origin}`,
    '    rootcertbundle: /etc/registry/registry-ca.pem',
  ].join('\n')
