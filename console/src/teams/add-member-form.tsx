import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { teamYaml } from './team-yaml.ts'
import { addMember, type TeamAddress, teamPath } from './teams-query.ts'

interface Props {
  address: TeamAddress
  onAdded: () => Promise<unknown>
}

/** Puts a person or a robot into a team. */
export function AddMemberForm({ address, onAdded }: Props) {
  const [name, setName] = useState('')
  const member = name.trim() || 'NAME'
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      await addMember(address, name.trim())
      await onAdded()
    },
    onSuccess: () => setName(''),
  })
  return (
    <Form className="form" onSubmit={mutate}>
      <Field
        label="Who joins"
        hint={`Name of a person, or of a robot, as ${address.organization}+ci`}
        value={name}
        onChange={setName}
        problem={error?.message}
        required
      />
      <Button type="submit" isPending={isPending}>
        Put in
      </Button>
      <SameInAShell
        curl={asCurl({
          method: 'PUT',
          path: `${teamPath(address)}/members/${member}`,
          body: {},
        })}
        yaml={teamYaml(address, { members: [member] })}
      />
    </Form>
  )
}
