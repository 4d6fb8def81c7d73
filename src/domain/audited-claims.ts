import { auditableText } from './audit-sizes.ts'
import { claimAlong, claimPath } from './claim-conditions.ts'

/** Bytes of JSON that all of them together take in an entry of the log. */
const MAX_BYTES = 1024
/** Longer texts are no ids (characters). */
const MAX_LENGTH = 256

/** Claims that say which run of which job it was, by name or JSON pointer: ids, and names of what has none. */
const AUDITED = [
  'jti',
  // GitHub Actions
  'run_id',
  'run_attempt',
  'repository_id',
  'event_name',
  'sha',
  'job_workflow_ref',
  // GitLab, Buildkite
  'project_id',
  'pipeline_id',
  'job_id',
  'build_number',
  'build_commit',
  // Kubernetes
  '/kubernetes.io/pod/uid',
  '/kubernetes.io/pod/name',
  '/kubernetes.io/serviceaccount/uid',
  // Terraform Cloud, Spacelift
  'terraform_run_id',
  'terraform_workspace_id',
  'spaceId',
  'runId',
  // CircleCI, Bitbucket, Fly.io
  'oidc.circleci.com/project-id',
  'oidc.circleci.com/workflow-id',
  'oidc.circleci.com/job-id',
  'repositoryUuid',
  'pipelineUuid',
  'stepUuid',
  'app_id',
  'machine_id',
  // Google
  '/google/compute_engine/instance_id',
].map((name) => ({ name, path: claimPath(name) }))

type AuditedClaims = Record<string, string | number | boolean>

/**
 * What the log keeps of the claims of a verified token. Others may say more of people than the log is for, and what does
 * not fit is left out whole.
 */
export function auditedClaims(claims: Record<string, unknown>): AuditedClaims {
  const kept: AuditedClaims = {}
  let left = MAX_BYTES
  for (const { name, path } of AUDITED) {
    const value = auditableValue(claimAlong(claims, path))
    if (value === undefined) continue
    const bytes = Buffer.byteLength(JSON.stringify({ [name]: value }))
    if (bytes > left) continue
    kept[name] = value
    left -= bytes
  }
  return kept
}

function auditableValue(claim: unknown) {
  if (typeof claim === 'number' || typeof claim === 'boolean') return claim
  if (typeof claim !== 'string' || claim.length > MAX_LENGTH) return undefined
  return auditableText(claim, MAX_LENGTH)
}
