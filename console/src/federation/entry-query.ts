import { queryOptions } from '@tanstack/react-query'
import { answerOf, taggedAnswerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { type Entry, type RobotAddress, robotKey, robotPath } from '../robot/robot-query.ts'

/** An entry that is not stored. */
export type NewEntry = components['schemas']['FederationTemplateEntry']
export type EntryPatch = components['schemas']['FederationEntryPatch']

/** What can be posted of an entry. */
export const unversioned = ({ id, version, warnings, ...entry }: Entry): NewEntry => entry

/** An entry that is, or would be, stored. */
type EntryKey = RobotAddress & { id: string }

export const entriesPath = (address: RobotAddress) => `${robotPath(address)}/federation/entries`

/** An entry with its version. */
export const entryQuery = (address: RobotAddress, id: string) =>
  queryOptions({
    queryKey: [...robotKey(address), 'federation', id],
    queryFn: () =>
      taggedAnswerOf(
        ownerApi(address.owner).GET('/robots/{robot_shortname}/federation/entries/{entry_id}', {
          params: { path: { robot_shortname: address.robot, entry_id: id } },
        }),
      ),
  })

/** Without it, what is sent is saved. */
const tried = (dryRun: boolean) => (dryRun ? { dry_run: true } : {})

/** @param dryRun whether it is only asked what would come of it */
export const addEntry = (address: RobotAddress, body: NewEntry, dryRun: boolean): Promise<Entry> =>
  answerOf(
    ownerApi(address.owner).POST('/robots/{robot_shortname}/federation/entries', {
      params: { path: { robot_shortname: address.robot }, query: tried(dryRun) },
      body,
    }),
  )

/** @throws {Refusal} 412, where it is not as it was with the tag */
export const changeEntry = (
  { id, owner, robot }: EntryKey,
  change: { body: EntryPatch; etag: string; dryRun: boolean },
): Promise<Entry> =>
  answerOf(
    ownerApi(owner).PATCH('/robots/{robot_shortname}/federation/entries/{entry_id}', {
      params: {
        path: { robot_shortname: robot, entry_id: id },
        query: tried(change.dryRun),
        header: { 'if-match': change.etag },
      },
      body: change.body,
    }),
  )

/** @throws {Refusal} 412, where it is not as it was with the tag */
export const removeEntry = ({ id, owner, robot }: EntryKey, etag: string) =>
  answerOf(
    ownerApi(owner).DELETE('/robots/{robot_shortname}/federation/entries/{entry_id}', {
      params: {
        path: { robot_shortname: robot, entry_id: id },
        header: { 'if-match': etag },
      },
    }),
  )
