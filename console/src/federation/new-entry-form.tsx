import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { entriesQuery, type RobotAddress, refreshRobot } from '../robot/robot-query.ts'
import { EntryForm } from './entry-form.tsx'
import { addEntry, entriesPath, type NewEntry, unversioned } from './entry-query.ts'
import { EntryReview } from './entry-review.tsx'
import { useFederationMemory } from './federation-memory.tsx'
import { JobSnippet } from './job-snippet.tsx'
import { TemplateForm } from './template-form.tsx'
import type { Template, Words } from './template-query.ts'
import { useTrial } from './use-trial.ts'
import { lackOfKeys } from './without-keys.tsx'

interface Props {
  address: RobotAddress
  /** Undefined: all of the entry is written by hand. */
  template: Template | undefined
  /** What the fields begin with. */
  words: Words
}

/** What admits jobs of a platform: filled in, looked at, saved. */
export function NewEntryForm({ address, template, words }: Props) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { remember } = useFederationMemory()
  const others = useQuery(entriesQuery(address))
  const [byHand, setByHand] = useState<Partial<NewEntry> | undefined>(
    template ? undefined : entryOfWords(words),
  )
  const { trial, ...form } = useTrial((made) => addEntry(address, made, true))
  const { mutate, error, isPending } = useMutation({
    mutationFn: (entry: NewEntry) => addEntry(address, entry, false),
    onSuccess: async (saved) => {
      await refreshRobot(queries, address)
      const words = lackOfKeys(saved)
        ? 'Saved.'
        : 'Saved: such jobs are let in from now on, once they do what is said below.'
      remember({ done: { words, entry: saved, isNew: true } })
      const { owner, robot } = address
      const params = { kind: owner.kind, owner: owner.name, robot }
      await navigate({ to: '/$kind/$owner/robots/$robot/federation', params })
    },
  })
  const editAll = (entry: NewEntry) => {
    form.onEdit()
    setByHand(entry)
  }
  return (
    <>
      {template && !byHand ? (
        <TemplateForm template={template} words={words} {...form} />
      ) : (
        <EntryForm entry={byHand ?? {}} submit="See what it compares" {...form} />
      )}
      {trial && (
        <EntryReview
          entry={trial.entry}
          title="Let them in"
          error={error}
          isPending={isPending}
          onSave={() => mutate(trial.made)}
          actions={!byHand && <Button onPress={() => editAll(trial.made)}>Change all of it</Button>}
        >
          <JobSnippet
            platform={template?.name}
            address={address}
            audience={trial.entry.audiences?.[0]}
            isOpen
          />
          <SameInAShell
            curl={asCurl({ method: 'POST', path: entriesPath(address), body: trial.made })}
            yaml={organizationYaml(address.owner, {
              robots: {
                [address.robot]: {
                  federation: [...(others.data?.entries ?? []).map(unversioned), trial.made],
                },
              },
            })}
          />
        </EntryReview>
      )}
    </>
  )
}

/** Of an issuer that no platform is known by. */
const entryOfWords = ({ issuer = '', subject = '', audience = '' }: Words): Partial<NewEntry> => ({
  issuer,
  subject,
  ...(audience && { audiences: [audience] }),
})
