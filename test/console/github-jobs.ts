import { issuersWith } from '../helpers/federation.ts'
import { createMint, createSigningKey } from '../helpers/signing.ts'
import { visitor } from './visitor.ts'

export const ISSUER = 'https://token.actions.githubusercontent.com'

/** A visitor of a service that has GitHub's keys, with alice and her organization acme, and what mints tokens of jobs there. */
export async function visitorWithJobs() {
  const key = await createSigningKey('RS256', 'first')
  const visit = visitor({ config: { issuers: issuersWith(key, ISSUER) } }, async (stage) => {
    await stage.people('alice')
    await stage.organization('acme')
  })
  return { visit, mint: createMint(ISSUER, key) }
}
