import createClient from 'openapi-fetch'
import type { paths } from '../generated/openapi.d.ts'
import { fetchAsSession } from './fetch-as-session.ts'

/** Calls the API as who is signed in. Asks to sign in, where that is called for, and repeats the call then. */
export const api = createClient<paths>({ fetch: fetchAsSession })
