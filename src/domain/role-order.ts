/**
 * Compares roles of which each includes what the ones before it may do.
 *
 * @param roles from the lowest to the highest
 */
export function createRoleOrder<Role extends string>(roles: readonly Role[]) {
  const rank = (role: Role) => roles.indexOf(role)
  return {
    /** Whether a role suffices for what needs `needed`. */
    reaches: (role: Role | undefined, needed: Role) =>
      role !== undefined && rank(role) >= rank(needed),

    /** The highest of several roles, undefined where there is none. */
    highest: (held: readonly Role[]): Role | undefined =>
      roles.findLast((role) => held.includes(role)),

    /** The roles that suffice for what needs `needed`. */
    rolesFrom: (needed: Role): readonly Role[] => roles.slice(rank(needed)),

    lower: (a: Role, b: Role) => (rank(a) < rank(b) ? a : b),
  }
}
