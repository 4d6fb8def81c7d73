import { LOOPBACK } from '../helpers/federation.ts'
import { startIssuer } from '../helpers/issuer.ts'
import type { ServiceOptions } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'

export type FederationStage = Awaited<ReturnType<typeof startFederationStage>>

/** alice administers acme, and the service may ask an issuer on loopback, which ends with it. */
export async function startFederationStage(options: ServiceOptions = {}) {
  const issuer = await startIssuer()
  const stage = await startStage({ ...options, config: { ...LOOPBACK, ...options.config } })
  await stage.people('alice')
  await stage.organization('acme')
  return {
    ...stage,
    issuer,
    async close() {
      await stage.close()
      await issuer.close()
    },
  }
}
