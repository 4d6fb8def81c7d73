import type { KeySet } from '../../crypto/key-set.ts'
import type { Origin } from '../../domain/actor.ts'
import { networkOf } from '../../domain/client-networks.ts'
import { ServiceError } from '../../domain/errors.ts'
import type { ExchangeOutcome } from '../../domain/exchange-errors.ts'
import { type IssuerFault, IssuerFaultError } from '../../domain/issuer-fault.ts'
import type { HoldOff, IssuerKeys } from '../../oidc/issuer-keys.ts'
import type { IssuerSource } from '../../oidc/issuer-sources.ts'
import type { LoginThrottle } from '../logins/login-throttle.ts'
import type { Sender } from './identity-proof.ts'

interface IssuerProbeDeps {
  issuerKeys: Pick<IssuerKeys, 'tryKeys'>
  throttle: Pick<LoginThrottle, 'tokenRefusal' | 'wrongToken'>
  /** How long an administrator waits (ms). */
  timeout: number
}

/** The keys of an issuer, or why there are none; `not_asked`: it may answer, but is not asked on behalf of this caller now. */
export type IssuerAnswer =
  | { keySet: KeySet }
  | { reason: IssuerFault; message: string; outcome: ExchangeOutcome }
  | { reason: 'not_asked' }

export type IssuerProbe = ReturnType<typeof createIssuerProbe>

/** Asks issuers whether they answer, on behalf of administrators: as for tokens, with the same bounds and guards. */
export function createIssuerProbe({ issuerKeys, throttle, timeout }: IssuerProbeDeps) {
  /** Those that do now, whatever they prove. */
  async function keysOf(source: IssuerSource, { ip }: Origin, tooMany: HoldOff): Promise<KeySet> {
    const taken: KeySet[] = []
    function take(keySet: KeySet) {
      taken.push(keySet)
      return undefined
    }
    await issuerKeys.tryKeys(source, take, networkOf(ip), tooMany)
    return taken[0] as KeySet
  }

  return {
    /** Never throws for what the issuer does. Whoever asks many that do not answer is not served for a while. */
    async ask(source: IssuerSource, { account, origin }: Sender): Promise<IssuerAnswer> {
      const tooMany = () => throttle.tokenRefusal(account, origin)
      try {
        return { keySet: await inTime(keysOf(source, origin, tooMany), source.issuer, timeout) }
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        if (!(error instanceof IssuerFaultError)) return { reason: 'not_asked' }
        if (!tooMany()) throttle.wrongToken(account, { origin })
        const { fault: reason, message, outcome } = error
        return { reason, message, outcome }
      }
    },
  }
}

/** @throws {IssuerFaultError} `timeout` */
async function inTime<T>(work: Promise<T>, issuer: string, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const words = `Identity provider '${issuer}' gave no answer in ${timeout / 1000} s`
    timer = setTimeout(() => reject(new IssuerFaultError('timeout', words)), timeout)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
