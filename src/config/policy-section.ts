import { z } from 'zod'
import { TRUSTED_ISSUERS } from '../domain/trusted-issuers.ts'

/** What organizations may decide for themselves at most. */
export const PolicySection = z
  .strictObject({
    trusted_issuers: z
      .enum(TRUSTED_ISSUERS)
      .prefault('any')
      .describe('issuers that robots may trust; `listed`: those of the section `issuers`'),
  })
  .transform(({ trusted_issuers }) => ({ trustedIssuers: trusted_issuers }))
  .prefault({})
  .describe('What is allowed in all of the installation')
