import { isLoopback } from './local-hosts.ts'

/**
 * Whether anybody may make the first user over HTTP where `USER_INITIALIZE` does not say: only if one person tries the
 * service, with the embedded database, for callers on this machine alone.
 */
export const isFirstUserFree = (
  databaseUrl: string | undefined,
  host: string,
  clientsAreLocal: boolean,
): boolean => databaseUrl === undefined && isLoopback(host) && clientsAreLocal
