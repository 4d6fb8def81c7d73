import createClient from 'openapi-fetch'
import { fetchAsSession } from '../api/fetch-as-session.ts'
import type { components, paths } from '../generated/openapi.d.ts'

export type Webhook = components['schemas']['Webhook']
export type Delivery = components['schemas']['WebhookDelivery']

/** Whose webhooks: those of an organization, or, as undefined, of the installation. */
export type WebhookOwner = string | undefined

/** What the installation and organizations have both, which is one implementation. */
type WebhookPaths = {
  [Path in keyof paths as Path extends `/api/v1/superuser${infer Rest extends `/webhooks${string}`}`
    ? Rest
    : never]: paths[Path]
}

export const webhookPath = (owner: WebhookOwner): string =>
  owner === undefined ? '/api/v1/superuser' : `/api/v1/organization/${encodeURIComponent(owner)}`

/** Calls the operations below the owner, as `/webhooks/{webhook_id}`. */
export const webhookApi = (owner: WebhookOwner) =>
  createClient<WebhookPaths>({ baseUrl: webhookPath(owner), fetch: fetchAsSession })

export const webhooksKey = (owner: WebhookOwner) => ['webhooks', owner ?? null]
