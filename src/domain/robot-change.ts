import { canonicalJson } from './canonical-json.ts'
import { invalidRequest } from './errors.ts'
import { assertFutureExpiry } from './expiry.ts'
import { mergePatch } from './merge-patch.ts'
import { type Labels, MAX_LABELS, toLabels, toLabelTexts } from './robot-labels.ts'
import { assertMetadata, type Metadata } from './robot-metadata.ts'

/** What callers may change of a robot. */
export interface ChangeableRobot {
  description: string
  /** Null: it was never given any. */
  unstructuredMetadata: Metadata | null
  enabled: boolean
  disabledReason: string | null
  expiresAt: Date | null
  /** As `toLabelTexts` makes them. */
  labels: string[]
}

/** What a robot is before anything is said of it. */
export const NEW_ROBOT: ChangeableRobot = {
  description: '',
  unstructuredMetadata: null,
  enabled: true,
  disabledReason: null,
  expiresAt: null,
  labels: [],
}

/** A JSON merge patch (RFC 7396) of a robot: what is undefined stays, null takes away. */
export interface RobotPatch {
  description?: string | null | undefined
  unstructuredMetadata?: Metadata | null | undefined
  enabled?: boolean | undefined
  /** Why it is disabled. */
  reason?: string | null | undefined
  expiresAt?: Date | null | undefined
  labels?: Record<string, string | null> | null | undefined
}

/**
 * What a robot becomes; the same object where nothing changes.
 *
 * @throws {ServiceError} `invalid_request` for what it cannot become
 */
export function changeRobot(
  before: ChangeableRobot,
  patch: RobotPatch,
  now: Date,
): ChangeableRobot {
  const after = {
    description: merged(before.description, patch.description) ?? '',
    unstructuredMetadata: metadataAfter(before.unstructuredMetadata, patch.unstructuredMetadata),
    ...stateAfter(before, patch),
    expiresAt: expiryAfter(before.expiresAt, patch.expiresAt, now),
    labels: labelsAfter(before.labels, patch.labels),
  }
  return isSame(after, before) ? before : after
}

/** By name, what of a robot is not as it was before. */
export const changesOf = (before: ChangeableRobot, after: ChangeableRobot) =>
  Object.fromEntries(
    Object.entries(after).filter(
      ([key, value]) => !isSame(value, before[key as keyof ChangeableRobot]),
    ),
  ) as Partial<ChangeableRobot>

const isSame = (one: unknown, other: unknown) => canonicalJson([one]) === canonicalJson([other])

const merged = <Value>(before: Value, change: Value | null | undefined): Value | null =>
  change === undefined ? before : change

function metadataAfter(before: Metadata | null, change: Metadata | null | undefined) {
  if (change === undefined) return before
  if (change === null) return null
  const after = mergePatch(before, change) as Metadata
  assertMetadata(after)
  return after
}

function stateAfter(before: ChangeableRobot, { enabled = before.enabled, reason }: RobotPatch) {
  if (!enabled && reason !== undefined) return { enabled, disabledReason: reason || null }
  if (reason) {
    throw invalidRequest(
      'reason says why a robot is disabled: send it with "enabled": false, or leave it out',
    )
  }
  return { enabled, disabledReason: enabled ? null : before.disabledReason }
}

/** Callers may send back what they were shown, a time that has passed meanwhile too. */
function expiryAfter(before: Date | null, change: Date | null | undefined, now: Date) {
  const after = merged(before, change)
  if (!after || after.getTime() === before?.getTime()) return after
  assertFutureExpiry(after, now, '"enabled": false to switch the robot off')
  return after
}

function labelsAfter(before: string[], change: RobotPatch['labels']) {
  if (change === undefined) return before
  const after = toLabelTexts((mergePatch(toLabels(before), change) ?? {}) as Labels)
  if (after.length > MAX_LABELS) {
    throw invalidRequest(
      `labels must be at most ${MAX_LABELS}, and there would be ${after.length}: take some away by sending null for them`,
    )
  }
  return after
}
