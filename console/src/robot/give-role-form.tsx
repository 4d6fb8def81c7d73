import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { RepositoryField } from '../access/repository-field.tsx'
import { ROLES, type Role } from '../access/roles.ts'
import { rolePath, setRole } from '../access/set-role.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { Notice } from '../parts/notice.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import type { RobotAddress } from './robot-query.ts'

interface Props {
  address: RobotAddress
  onChanged: () => Promise<unknown>
}

/** Gives the robot a role in one more repository. */
export function GiveRoleForm({ address, onChanged }: Props) {
  const { owner, robot } = address
  const [repository, setRepository] = useState('')
  const [role, setRole_] = useState<Role>('write')
  const holder = `${owner.name}+${robot}`
  const key = { namespace: owner.name, kind: 'robot', holder } as const
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: async () => {
      await setRole({ ...key, repository }, role)
      await onChanged()
      return `${holder} has ${role} in ${repository}.`
    },
    onSuccess: () => setRepository(''),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  return (
    <form className="card form" onSubmit={submit}>
      <h2>Give it a role</h2>
      <RepositoryField
        namespace={owner.name}
        label={`Repository of ${owner.name}`}
        value={repository}
        onChange={setRepository}
        problem={error?.message}
      />
      <Choice label="Role" value={role} onChange={setRole_} options={ROLES} />
      {data && <Notice kind="done">{data}</Notice>}
      <Button type="submit" look="primary" isPending={isPending}>
        Give it
      </Button>
      <SameInAShell
        curl={asCurl({
          method: 'PUT',
          path: rolePath({ ...key, repository: repository || 'REPOSITORY' }),
          body: { role },
        })}
      />
    </form>
  )
}
