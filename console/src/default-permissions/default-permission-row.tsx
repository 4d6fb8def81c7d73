import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ROLES, type Role } from '../access/roles.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { Form } from '../parts/form.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import {
  changeDefault,
  type DefaultPermission,
  defaultPath,
  defaultsKey,
  deleteDefault,
} from './defaults-query.ts'

interface Props {
  organization: string
  permission: DefaultPermission
  onChanged: () => Promise<unknown>
}

/** A default permission, whose role is changed in place. */
export function DefaultPermissionRow({ organization, permission, onChanged }: Props) {
  const { id, delegate, activating_user: maker } = permission
  const [role, setRole] = useState(permission.role)
  const path = defaultPath(organization, id)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => changeDefault(organization, id, role),
    onSuccess: onChanged,
  })
  return (
    <tr>
      <th scope="row">
        {delegate.name}
        {delegate.kind === 'team' && <span className="tag">team</span>}
      </th>
      <td>{maker ? maker.name : 'anybody'}</td>
      <td>
        <Form className="actions" onSubmit={mutate}>
          <select
            className="input inline"
            aria-label={`Role of ${delegate.name}`}
            value={role}
            onChange={({ target }) => setRole(target.value as Role)}
          >
            {(Object.entries(ROLES) as [Role, string][]).map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
          {role !== permission.role && (
            <Button type="submit" look="primary" isPending={isPending}>
              Save
            </Button>
          )}
          <FormProblem problem={error?.message} />
          {role !== permission.role && (
            <SameInAShell curl={asCurl({ method: 'PUT', path, body: { role } })} />
          )}
        </Form>
      </td>
      <td>
        <ConfirmedButton
          title="Take away"
          what={`the default permission of ${delegate.name}`}
          run={() => deleteDefault(organization, id)}
          refresh={[defaultsKey(organization)]}
          call={{ method: 'DELETE', path }}
        >
          Repositories that are there keep what it gave.
        </ConfirmedButton>
      </td>
    </tr>
  )
}
