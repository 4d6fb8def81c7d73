import { issuerRoute, withoutNone } from './issuer-route.ts'
import { settings } from './unknown-settings.ts'

/** How targets of webhooks are reached. */
export const WebhooksSection = settings({
  ca: issuerRoute.ca,
  proxy: issuerRoute.proxy.describe('proxy to post by (CONNECT), which resolves names'),
  allowed: issuerRoute.allowed.describe(
    'hosts, addresses and CIDRs that webhooks may point to although they are private, also over http',
  ),
})
  .transform(withoutNone)
  .prefault({})
  .describe('How targets of webhooks are reached')
