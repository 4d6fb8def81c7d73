import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Form } from '../parts/form.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { OWN_ROLES, type Role } from './roles.ts'
import { rolesYaml } from './roles-yaml.ts'
import { type RoleKey, roleCall, setRole } from './set-role.ts'

interface Props {
  of: RoleKey
  /** What it is now. */
  role: Role | 'none'
  onChanged: () => Promise<unknown>
}

/** Changes, in place, the role that somebody was given directly; nothing is sent before it is said so. */
export function RoleForm({ of, role, onChanged }: Props) {
  const owner = useOwner()
  const [wanted, setWanted] = useState(role)
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      await setRole(of, wanted)
      await onChanged()
    },
  })
  return (
    <Form className="actions" onSubmit={mutate}>
      <select
        className="input inline"
        aria-label={`Own role of ${of.holder} in ${of.repository}`}
        value={wanted}
        onChange={({ target }) => setWanted(target.value as Role | 'none')}
      >
        {(Object.entries(OWN_ROLES) as [Role | 'none', string][]).map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      {wanted !== role && (
        <>
          <Button type="submit" look="primary" isPending={isPending}>
            {wanted === 'none' ? 'Take away' : 'Save'}
          </Button>
          <SameInAShell
            curl={asCurl(roleCall(of, wanted))}
            yaml={rolesYaml(owner, [{ key: of, role: wanted }])}
          />
        </>
      )}
      <FormProblem problem={error?.message} />
    </Form>
  )
}
