/** What is known of a robot beside what is always shown. */
export interface RobotDetails {
  enabled: boolean
  disabledReason: string | null
  expiresAt: Date | null
  /** Texts `key:value`. */
  labels: string[]
  createdBy: string | null
  lastAccessedAt: Date | null
  lastAccessedBy: string | null
  lastAccessedIp: string | null
  lastAccessedAgent: string | null
  lastAccessedSubject: string | null
  federationEntries: number
  /** In how many repositories the robot itself has the role. */
  readGrants: number
  writeGrants: number
  adminGrants: number
}
