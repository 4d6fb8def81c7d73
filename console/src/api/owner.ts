import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../generated/openapi.d.ts'
import { fetchAsSession } from './fetch-as-session.ts'

/** Whose robots a page is about; how its address begins, `/orgs/acme`, and what it is called. */
export interface Owner {
  kind: 'orgs' | 'users'
  name: string
}

/** What users and organizations have both, which is one implementation. */
type OwnerPaths = {
  [Path in keyof paths as Path extends `/api/v1/user${infer Rest}`
    ? `/api/v1/organization/{orgname}${Rest}` extends keyof paths
      ? Rest
      : never
    : never]: paths[Path]
}

/** How the paths of its operations begin. */
export const pathOf = ({ kind, name }: Owner): string =>
  kind === 'users' ? '/api/v1/user' : `/api/v1/organization/${encodeURIComponent(name)}`

/** Calls the operations below the owner, as `/robots/{robot_shortname}`. A user's are those of who is signed in. */
export const ownerApi = (owner: Owner): Client<OwnerPaths> =>
  createClient<OwnerPaths>({ baseUrl: pathOf(owner), fetch: fetchAsSession })

/** @param params of an address: `/orgs/acme` */
export const ownerOf = ({ kind, owner }: { kind: string; owner: string }): Owner => ({
  kind: kind === 'users' ? 'users' : 'orgs',
  name: owner,
})

/** `deployer` of `acme+deployer`. */
export const shortNameOf = (fullName: string): string => fullName.slice(fullName.indexOf('+') + 1)
