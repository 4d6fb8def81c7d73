import { RelativeTime } from '../parts/relative-time.tsx'
import { hasExpired } from './token-text.ts'
import type { Claims } from './words-of-claims.ts'

interface Props {
  /** Of what was pasted. */
  claims: Claims
  /** Whether they were pasted without a token around them. */
  areBare: boolean
}

/** What the checks do not say: that it has expired, and what is not asked of claims alone. */
export const TokenLife = ({ claims, areBare }: Props) => (
  <>
    {hasExpired(claims) && (
      <p>
        It expired <RelativeTime time={new Date(Number(claims.exp) * 1000).toISOString()} />: run
        the job again for a new token.
      </p>
    )}
    {areBare && (
      <p className="quiet">
        These are claims alone: whether the issuer signed them was not checked.
      </p>
    )}
  </>
)
