import { useState } from 'react'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { ClaimRows } from './claim-rows.tsx'
import type { NewEntry } from './entry-query.ts'
import { type EntryText, entryAsText, entryOfText } from './entry-text.ts'
import { RegistryFields } from './registry-fields.tsx'
import { starInSubject } from './star-words.ts'

const MATCHES = { exact: 'is exactly this', glob: 'is like the pattern' }
const EXCHANGES = { no: 'until it expires', yes: 'once' }

/** As the service names them in what it refuses. */
const NAMED = [
  ...['issuer record', 'issuer_ref', 'issuer', 'subject', 'audience', 'claim', 'max_token_age'],
  ...['expires_in', 'registry_scopes', 'scope', 'api_scopes', 'description'],
] as const

interface Props {
  /** What the fields begin with. */
  entry: Partial<NewEntry>
  /** What its button says. */
  submit: string
  /** What was said against the entry that came of it. */
  error: Error | null
  isPending: boolean
  onEdit: () => void
  onEntry: (make: () => Promise<NewEntry>) => void
}

/** All that an entry can say. */
export function EntryForm({ entry, submit, error, isPending, onEdit, onEntry }: Props) {
  const [text, setText] = useState<EntryText>(() => entryAsText(entry))
  const { of: problems, rest } = problemOf(error, NAMED)
  const star = starInSubject(text)
  const change = (changed: Partial<EntryText>) => {
    setText({ ...text, ...changed })
    onEdit()
  }
  return (
    <CardForm
      submit={submit}
      isPending={isPending}
      onSubmit={() => onEntry(async () => entryOfText(text))}
      problem={rest}
    >
      <h3>All that it compares, and gives</h3>
      <Field
        label="Issuer"
        hint="iss of the tokens, as https://ci.example.com"
        value={text.issuer}
        onChange={(issuer) => change({ issuer })}
        problem={problems.issuer}
      />
      <Field
        label="Stored keys of the issuer (optional)"
        hint="Where the service cannot get the keys from the issuer: the name of the issuer record that has them, as Issuers lists it"
        value={text.issuer_ref}
        onChange={(issuer_ref) => change({ issuer_ref })}
        problem={problems['issuer record'] ?? problems.issuer_ref}
      />
      <Choice
        label="The subject"
        value={text.subject_match}
        onChange={(subject_match) => change({ subject_match })}
        options={MATCHES}
        hint="In a pattern * is a run without / and :, and ** any run."
      />
      <Field
        label="Subject"
        hint={['sub of the tokens.', star.hint].filter(Boolean).join(' ')}
        value={text.subject}
        onChange={(subject) => change({ subject })}
        problem={star.problem ?? problems.subject}
      />
      <Field
        label="Audiences"
        hint="One a line; one of them must be in aud"
        lines={2}
        value={text.audiences}
        onChange={(audiences) => change({ audiences })}
        problem={problems.audience}
      />
      <ClaimRows
        rows={text.claims}
        onChange={(claims) => change({ claims })}
        problem={problems.claim}
      />
      <Field
        label="Oldest identity token (optional)"
        hint="Seconds since it was issued"
        value={text.max_token_age}
        onChange={(max_token_age) => change({ max_token_age })}
        problem={problems.max_token_age}
      />
      <Choice
        label="An identity token can be exchanged for a robot token"
        value={text.single_use}
        onChange={(single_use) => change({ single_use })}
        options={EXCHANGES}
      />
      <Field
        label="The robot token lives (optional)"
        hint="Seconds, 60 or more. Empty: as long as the service lets them."
        value={text.expires_in}
        onChange={(expires_in) => change({ expires_in })}
        problem={problems.expires_in}
      />
      <Field
        label="Scopes of the API (optional)"
        hint="As repo:read org:admin. Empty: its tokens are for the registry alone."
        value={text.api_scopes}
        onChange={(api_scopes) => change({ api_scopes })}
        problem={problems.api_scopes}
      />
      <RegistryFields
        value={text}
        onChange={change}
        problems={{ ...problems, registry_scopes: problems.registry_scopes ?? problems.scope }}
      />
    </CardForm>
  )
}
