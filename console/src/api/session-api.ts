import createClient from 'openapi-fetch'
import type { paths } from '../generated/openapi.d.ts'
import { fetchOnce } from './fetch-once.ts'

/** For what makes, proves and ends sessions: fails where `api` would ask to sign in. */
export const sessionApi = createClient<paths>({ fetch: fetchOnce })
