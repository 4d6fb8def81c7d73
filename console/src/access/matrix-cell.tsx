import { changeOf } from './changes.ts'
import type { Editing } from './matrix-table.tsx'
import { type Access, isInherited, ownRole, type Role, sourceInWords } from './roles.ts'
import type { RoleKey } from './set-role.ts'

interface Props {
  of: RoleKey
  /** Undefined: none. */
  access: Access | undefined
  editing: Editing | undefined
}

/** The role that counts; while roles are changed, the own one beside it. */
export function MatrixCell({ of, access, editing }: Props) {
  const before = access ? ownRole(access) : 'none'
  return (
    <>
      {access && (
        <span title={access.sources.map(sourceInWords).join('; ')}>
          {access.role}
          {isInherited(access) && <span className="tag">inherited</span>}
        </span>
      )}
      {!access && !editing && <span className="quiet">–</span>}
      {editing && (
        <select
          className="input inline"
          aria-label={`Own role of ${of.holder} in ${of.repository}`}
          value={changeOf(editing.changes, of)?.after ?? before}
          onChange={({ target }) =>
            editing.onChange({ key: of, before, after: target.value as Role | 'none' })
          }
        >
          {(['none', 'read', 'write', 'admin'] as const).map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
        </select>
      )}
    </>
  )
}
