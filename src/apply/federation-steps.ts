import {
  type FederationEntry,
  isSameEntry,
  postedEntry,
  type StoredEntry,
} from '../domain/federation-entry.ts'
import { versionTag } from '../domain/if-match.ts'
import { patchBetween } from '../domain/merge-patch.ts'
import { robotFullName } from '../domain/names.ts'
import { entriesAt } from './addresses.ts'
import type { OrganizationDocument } from './organization-document.ts'
import type { OrganizationState } from './organization-state.ts'
import { changeWords, type Difference, entriesOf, isSame, newWords, type Step } from './step.ts'

/**
 * Which jobs act as robots. An entry has no name: it is the one that says the same, else the first of the same issuer and
 * subject, which becomes what the document says.
 */
export function federationSteps(said: OrganizationDocument, found: OrganizationState): Difference {
  const differences = entriesOf(said.robots).flatMap(([robot, { federation }]) => {
    if (federation === undefined) return []
    const before = found.robots[robot]?.federation ?? []
    const address = entriesAt(said.organization, robot)
    const { pairs, rest } = matched(federation, before, found.effective.defaultAudience)
    const thing = (entry: FederationEntry) =>
      `federation entry of ${robotFullName(said.organization, robot)} for ${entry.subject} of ${entry.issuer}`
    const steps = pairs.flatMap(({ entry, stored, index }): Step[] => {
      const path = ['robots', robot, 'federation', index]
      if (stored === 'same') return []
      if (stored === undefined) {
        return [
          {
            action: 'add',
            thing: thing(entry),
            how: newWords({ ...entry, issuer: undefined, subject: undefined }),
            path,
            request: { method: 'POST', path: address, body: entry },
          },
        ]
      }
      const old = postedEntry(stored)
      const keys = Object.keys({ ...old, ...entry }).filter(
        (key) => !isSame(old[key as keyof FederationEntry], entry[key as keyof FederationEntry]),
      )
      return [
        {
          action: 'change',
          thing: thing(entry),
          how: `${changeWords(keys, { ...old }, { ...entry })}; robot tokens that came from it end`,
          path,
          request: {
            method: 'PATCH',
            path: `${address}/${stored.id}`,
            body: patchBetween(old, entry),
            ifMatch: versionTag(stored),
          },
        },
      ]
    })
    const removals = rest.map(
      (stored): Step => ({
        action: 'remove',
        thing: thing(stored),
        how: 'robot tokens that came from it end',
        path: ['robots', robot, 'federation'],
        request: {
          method: 'DELETE',
          path: `${address}/${stored.id}`,
          ifMatch: versionTag(stored),
        },
      }),
    )
    return [{ steps, removals }]
  })
  return {
    steps: differences.flatMap(({ steps }) => steps),
    removals: differences.flatMap(({ removals }) => removals),
  }
}

interface Pair {
  entry: FederationEntry
  index: number
  /** What is to become the entry; undefined where it is new. */
  stored: StoredEntry | 'same' | undefined
}

function matched(
  entries: readonly FederationEntry[],
  before: readonly StoredEntry[],
  defaultAudience: string | undefined,
): { pairs: Pair[]; rest: StoredEntry[] } {
  const rest = [...before]
  function take(isIt: (stored: StoredEntry) => boolean): StoredEntry | undefined {
    const index = rest.findIndex(isIt)
    return index < 0 ? undefined : rest.splice(index, 1)[0]
  }
  const same = entries.map((entry) =>
    take((stored) => saysTheSame(entry, postedEntry(stored), defaultAudience)),
  )
  const pairs = entries.map((entry, index): Pair => {
    if (same[index]) return { entry, index, stored: 'same' }
    const stored = take(
      ({ issuer, subject }) => issuer === entry.issuer && subject === entry.subject,
    )
    return { entry, index, stored }
  })
  return { pairs, rest }
}

/** The service may have entered its own audience where an entry names none. */
const saysTheSame = (
  entry: FederationEntry,
  stored: FederationEntry,
  defaultAudience: string | undefined,
) =>
  isSameEntry(entry, stored) ||
  (entry.audiences === undefined &&
    defaultAudience !== undefined &&
    isSameEntry({ ...entry, audiences: [defaultAudience] }, stored))
