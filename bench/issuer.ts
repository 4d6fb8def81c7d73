import { startIssuer } from '../test/helpers/issuer.ts'
import { createSigningKey } from '../test/helpers/signing.ts'

const DAY_SECONDS = 86_400

export type BenchIssuer = Awaited<ReturnType<typeof startBenchIssuer>>

/** An OpenID provider on loopback that signs with RS256, as CI systems do. */
export async function startBenchIssuer() {
  const { issuer, mint, close } = await startIssuer({
    key: await createSigningKey('RS256', 'bench'),
  })
  return {
    issuer,
    /** An identity token that is good for a day. */
    mint: (subject: string, claims: object = {}) => {
      const exp = Math.floor(Date.now() / 1000) + DAY_SECONDS
      return mint({ ...claims, sub: subject, aud: 'bench', exp })
    },
    stop: close,
  }
}
