import type { Access, Role } from './roles.ts'

export type HolderKind = 'team' | 'user' | 'robot'

/** What the matrix shows, as its address says it. */
export interface MatrixSearch {
  /** What is in the names of holders. */
  q?: string
  kind?: HolderKind
  /** One repository alone. */
  repository?: string
  /** What is in the names of repositories. */
  repository_q?: string
  /** Only who has at least this role in one of the repositories. */
  role?: Role
  next_page?: string
  next_repositories?: string
}

export const KINDS: Record<HolderKind, string> = { team: 'Teams', user: 'People', robot: 'Robots' }

const CHOICES = { kind: ['team', 'user', 'robot'], role: ['read', 'write', 'admin'] } as const

/** Takes from an address what is known. */
export function readMatrixSearch(search: Record<string, unknown>): MatrixSearch {
  const read: Record<string, string> = {}
  for (const name of ['q', 'repository', 'repository_q', 'next_page', 'next_repositories']) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  for (const [name, values] of Object.entries(CHOICES)) {
    const value = values.find((one) => one === search[name])
    if (value) read[name] = value
  }
  return read
}

/** The search with a change, from its first pages on; what is empty is left out. */
export function asked(search: MatrixSearch, change: { [Name in keyof MatrixSearch]?: string }) {
  const { next_page: _, next_repositories: __, ...rest } = search
  return readMatrixSearch({ ...rest, ...change })
}

/** What somebody may do in one of the repositories. */
export const accessIn = (access: readonly Access[], repository: string): Access | undefined =>
  access.find((one) => one.repository === repository)
