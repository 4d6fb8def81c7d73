import { RepositoryField } from '../access/repository-field.tsx'
import { ROLES } from '../access/roles.ts'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import type { Permission } from './draft.ts'

interface Props {
  namespace: string
  permissions: Permission[]
  onChange: (permissions: Permission[]) => void
  problem: string | undefined
}

/** What the robot may do: repositories, and its role in each. */
export function PermissionRows({ namespace, permissions, onChange, problem }: Props) {
  const change = (id: number, part: Partial<Permission>) =>
    onChange(permissions.map((one) => (one.id === id ? { ...one, ...part } : one)))
  const isOf = ({ repository }: Permission) => problem?.endsWith(` ${repository}`) === true
  const shorter = (repository: string) =>
    repository.startsWith(`${namespace}/`)
      ? `. Write ${repository.slice(namespace.length + 1)}, without ${namespace}/`
      : ''
  const id = Math.max(0, ...permissions.map((one) => one.id)) + 1
  return (
    <fieldset className="rows">
      <legend className="label">It may</legend>
      {permissions.length === 0 && (
        <p className="quiet">Nothing yet but pull what is public. This can be said later, too.</p>
      )}
      {permissions.map((one, index) => (
        <div key={one.id} className="row">
          <RepositoryField
            namespace={namespace}
            label={`Repository ${index + 1}`}
            value={one.repository}
            onChange={(repository) => change(one.id, { repository })}
            problem={isOf(one) ? `${problem}${shorter(one.repository)}` : undefined}
            // Who has asked for a row goes on in it.
            focused
          />
          <Choice
            label={`Role ${index + 1}`}
            value={one.role}
            onChange={(role) => change(one.id, { role })}
            options={ROLES}
          />
          <Button
            aria-label={`Remove repository ${index + 1}`}
            onPress={() => onChange(permissions.filter((other) => other.id !== one.id))}
          >
            Remove
          </Button>
        </div>
      ))}
      {problem && !permissions.some(isOf) && <p className="problem">{problem}</p>}
      <Button onPress={() => onChange([...permissions, { id, repository: '', role: 'write' }])}>
        Add a repository
      </Button>
    </fieldset>
  )
}
