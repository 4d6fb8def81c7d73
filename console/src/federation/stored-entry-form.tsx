import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Tagged } from '../api/answer-of.ts'
import { Refusal } from '../api/refusal.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { type Entry, entriesQuery, type RobotAddress, refreshRobot } from '../robot/robot-query.ts'
import { ChangedMeanwhile } from './changed-meanwhile.tsx'
import { DeleteEntryDialog } from './delete-entry-dialog.tsx'
import { EntryForm } from './entry-form.tsx'
import { changeEntry, entriesPath, entryQuery, type NewEntry, unversioned } from './entry-query.ts'
import { EntryReview } from './entry-review.tsx'
import { type EntrySearch, entryWith, takenFromToken } from './entry-search.ts'
import { patchOf } from './entry-text.ts'
import { useFederationMemory } from './federation-memory.tsx'
import { useTrial } from './use-trial.ts'

interface Props {
  address: RobotAddress
  stored: Tagged<Entry>
  search: EntrySearch
}

/** Changes an entry as it was when it was read: who has changed it meanwhile is not overwritten unseen. */
export function StoredEntryForm({ address, stored, search }: Props) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { remember } = useFederationMemory()
  // What people change is told by what they were shown first.
  const [opened] = useState(stored)
  const [latest, setLatest] = useState(stored)
  const [deleting, setDeleting] = useState(false)
  const { id } = opened.data
  const others = useQuery(entriesQuery(address))
  const key = { ...address, id }
  const before = unversioned(opened.data)
  const [filledIn] = useState(() => entryWith(before, search))
  const taken = takenFromToken(search)

  /** Where somebody else was first, what there is now is shown; the next attempt is made on that. */
  async function onRefusal(error: Error) {
    if (!isOutdated(error)) return
    setLatest(await queries.fetchQuery({ ...entryQuery(address, id), staleTime: 0 }))
  }
  const change = async (made: NewEntry, dryRun: boolean) => {
    try {
      const body = patchOf(before, made)
      return await changeEntry(key, { body, etag: latest.etag, dryRun })
    } catch (error) {
      await onRefusal(error as Error)
      throw error
    }
  }
  const { trial, ...form } = useTrial((made) => change(made, true))
  const { onEntry } = form
  const isTaken = taken.length > 0
  // What was taken from a token is shown beside what there is at once.
  useEffect(() => {
    if (isTaken) onEntry(async () => filledIn)
  }, [isTaken, filledIn, onEntry])
  const back = async (words: string, entry?: Entry) => {
    await refreshRobot(queries, address)
    remember({ done: { words, ...(entry && { entry }) } })
    const { owner, robot } = address
    const params = { kind: owner.kind, owner: owner.name, robot }
    await navigate({ to: '/$kind/$owner/robots/$robot/federation', params })
  }
  const { mutate, error, isPending } = useMutation({
    mutationFn: (made: NewEntry) => change(made, false),
    onSuccess: (saved) =>
      back('Saved: jobs are compared with the changed entry from now on.', saved),
    // What was tried is no longer what would come of it.
    onError: (failed) => isOutdated(failed) && form.onEdit(),
  })
  const note = isTaken && (
    <Notice kind="note">
      Filled in as the token has it, and not saved yet: {taken.join(', ')}.
      {before.subject_match && !filledIn.subject_match && ' The pattern is given up for that.'}
    </Notice>
  )
  return (
    <>
      {!trial && note}
      <EntryForm entry={filledIn} submit="Review" {...form} />
      {latest !== opened && <ChangedMeanwhile entry={latest.data} />}
      {trial && (
        <EntryReview
          entry={trial.entry}
          before={latest.data}
          note={note}
          title="Save"
          error={error && isOutdated(error) ? null : error}
          isPending={isPending}
          onSave={() => mutate(trial.made)}
        >
          <p className="quiet">Robot tokens that came from it end with the change.</p>
          <SameInAShell
            curl={asCurl({
              method: 'PATCH',
              path: `${entriesPath(address)}/${id}`,
              body: patchOf(before, trial.made),
            })}
            yaml={organizationYaml(address.owner, {
              robots: {
                [address.robot]: {
                  federation: (others.data?.entries ?? []).map((one) =>
                    one.id === id ? trial.made : unversioned(one),
                  ),
                },
              },
            })}
          />
        </EntryReview>
      )}
      <section className="card stack" aria-label="Delete the entry">
        <h3>Delete the entry</h3>
        <p>Whom it lets in is refused from then on, unless another entry lets them in.</p>
        <div className="actions">
          <Button look="danger" onPress={() => setDeleting(true)}>
            Delete it
          </Button>
        </div>
      </section>
      {deleting && (
        <DeleteEntryDialog
          address={address}
          stored={latest}
          onRefusal={onRefusal}
          onDone={() => back('The entry is deleted.')}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

const isOutdated = (error: Error) => error instanceof Refusal && error.status === 412
