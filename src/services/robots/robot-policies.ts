import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import { notFound } from '../../domain/errors.ts'
import { assertMatch, type Change } from '../../domain/if-match.ts'
import type { Owner } from '../../domain/owner.ts'
import {
  assertNoLooser,
  type PolicyDocument,
  type PolicyValues,
  policyTag,
} from '../../domain/robot-policy.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { findRobotPolicy, updateRobotPolicy } from '../../queries/robot-policies.ts'
import { lockOrganization } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'

interface RobotPoliciesDeps {
  db: Db
  audit: AuditLog
  policy: PolicyValues
  limits: { robots: number }
}

export type RobotPolicies = ReturnType<typeof createRobotPolicies>

/** What organizations decide about their robots. Where it is read: with their rows (`domain/robot-policy.ts`). */
export const createRobotPolicies = ({ db, audit, policy, limits }: RobotPoliciesDeps) => ({
  /**
   * Puts a policy in the place of the one that the organization has.
   *
   * @throws {ServiceError} `invalid_request` where it is looser than that of the installation; `precondition_failed`;
   *   `not_found` for the organization
   */
  replace(organization: Owner, document: PolicyDocument, { performer, ifMatch }: Change) {
    assertNoLooser(document, policy, limits)
    return withTransaction(db, async (tx) => {
      if (!(await lockOrganization(tx, organization.id))) throw notFound()
      const before = (await findRobotPolicy(tx, organization.id)) ?? {}
      assertMatch(ifMatch, policyTag(before))
      if (policyTag(document) === policyTag(before)) return
      await updateRobotPolicy(tx, organization.id, document)
      await audit.record(tx, {
        kind: 'change_robot_policy',
        namespace: organization,
        performer,
        metadata: {
          robot_policy: document as Prisma.InputJsonObject,
          replaced: before as Prisma.InputJsonObject,
        },
      })
    })
  },
})
