/** Registries and browsers would take an account of this name, or its repositories, for something else. */
const ALWAYS = ['library', 'v2', 'api', 'catalog', '_catalog']

interface Naming {
  /** `REGISTRY_SERVICE` */
  registryService: string
  /** `host[:port]` */
  registryHost: string
  /** Those of the operator. */
  reserved: readonly string[]
}

/**
 * Names that no new account may have: a registry reads `library/app` and `app` as one, and a reference that begins with
 * the registry's own name as one without it. In lower case, as names of accounts are.
 */
export function reservedNames({ registryService, registryHost, reserved }: Naming): Set<string> {
  const hosts = [registryService, registryHost].flatMap((host) => [host, withoutPort(host)])
  return new Set([...ALWAYS, ...hosts, ...reserved].map((name) => name.toLowerCase()))
}

const withoutPort = (host: string) => host.replace(/:\d+$/, '')
