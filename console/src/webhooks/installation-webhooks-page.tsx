import { Webhooks } from './webhooks.tsx'

/** Webhooks that are told of all organizations and users, for superusers. */
export const InstallationWebhooksPage = () => (
  <Webhooks owner={undefined} title="Webhooks of the installation" />
)
