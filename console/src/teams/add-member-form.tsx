import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { addMember, type TeamAddress } from './teams-query.ts'

interface Props {
  address: TeamAddress
  onAdded: () => Promise<unknown>
}

/** Puts a person or a robot into a team. */
export function AddMemberForm({ address, onAdded }: Props) {
  const [name, setName] = useState('')
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
    </Form>
  )
}
