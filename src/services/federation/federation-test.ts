import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import type { EntryWarning } from '../../domain/entry-warnings.ts'
import type { ExchangeRefusal } from '../../domain/exchange-errors.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import type { Judged } from '../../domain/federation-verdict.ts'
import { ruleRefusal } from '../../domain/issuer-record-rules.ts'
import { robotFullName } from '../../domain/names.ts'
import { SHORTEST_REGISTRY_TOKEN } from '../../domain/registry-token-life.ts'
import { robotNotFound, switchedOff } from '../../domain/robot-refusals.ts'
import type { Clock } from '../../domain/runtime.ts'
import { listFederationEntries } from '../../queries/federation-entries.ts'
import { findRobotLogin } from '../../queries/robot-logins.ts'
import { askerOf, type EntryReview, type RobotKey } from './entry-review.ts'
import type { Claims, FederationFindings, TestInput } from './federation-findings.ts'
import type { Sender } from './identity-proof.ts'
import type { IssuerAnswer, IssuerProbe } from './issuer-probe.ts'
import { type IssuerTrust, refusedFor } from './issuer-trust.ts'

interface FederationTestDeps {
  db: Db
  findings: FederationFindings
  issuerTrust: IssuerTrust
  issuerProbe: IssuerProbe
  entryReview: EntryReview
  robotsDisallow: boolean
  clock: Clock
}

/** What an exchange would come to. */
export interface TestReport {
  /** Undefined: the robot token would be issued. */
  refusal: ExchangeRefusal | undefined
  /** The entry all of whose checks hold, whatever else refuses. */
  entry: StoredEntry | undefined
  judged: Judged<StoredEntry>[]
  issuer: IssuerAnswer
  /** Of the token. */
  kid: unknown
  /** Of `entry`. */
  warnings: EntryWarning[]
}

const NOT_ASKED: IssuerAnswer = { reason: 'not_asked' }

export type FederationTest = ReturnType<typeof createFederationTest>

/** Says what an exchange would come to, and why. Issues nothing, stores nothing, and writes nothing to the log. */
export function createFederationTest(deps: FederationTestDeps) {
  /** What is known of the keys, and why claims that they proved would be refused for what is said of the issuer. */
  async function askIssuer(
    key: RobotKey,
    {
      issuer,
      claims,
      issuerRef,
    }: { issuer: string; claims: Claims; issuerRef: string | undefined },
    asker: Sender,
  ): Promise<{ answer: IssuerAnswer; refusal?: ExchangeRefusal | undefined }> {
    const sourceOf = await deps.issuerTrust.lookUp(key.owner, [issuerRef])
    const source = sourceOf({ issuer, issuer_ref: issuerRef })
    if ('fault' in source) {
      const { outcome, message: told } = refusedFor(source)
      const answer = { reason: source.fault, message: source.message, outcome }
      return { answer, refusal: { code: outcome, message: told } }
    }
    const answer = await deps.issuerProbe.ask(source, asker)
    const silence = 'outcome' in answer && { code: answer.outcome, message: answer.message }
    return { answer, refusal: silence || ruleRefusal(source.rules, claims) }
  }

  return {
    /** @throws {ServiceError} `robot_not_found`; `rate_limited` */
    async test(key: RobotKey, input: TestInput, origin: Origin): Promise<TestReport> {
      const robot = await findRobotLogin(deps.db, key.owner.name, key.robot)
      if (!robot) throw robotNotFound()
      const read = deps.findings.read(input)
      if ('problem' in read) return unreadable(read.problem)
      const { token, claims } = read
      const { issuer } = read.claimed
      const entries = await listFederationEntries(deps.db, robot.id)
      const asker = askerOf(key, origin)
      const found = await deps.findings.find(read, { owner: key.owner, entries }, asker)
      const { verdict, issuerRef } = found

      const isNamed = entries.some((one) => one.issuer === issuer)
      const asked = isNamed ? await askIssuer(key, { issuer, claims, issuerRef }, asker) : NOBODY
      const entry = 'entry' in verdict ? verdict.entry : undefined
      const [reviewed] = entry ? await deps.entryReview.review(key, [entry]) : []
      const fullName = robotFullName(robot.ownerName, robot.name)
      const refusals = [
        found.early,
        asked.refusal,
        'code' in verdict ? verdict : undefined,
        switchedOff(fullName, robot, {
          robotsDisallow: deps.robotsDisallow,
          now: deps.clock(),
          secondsLeft: SHORTEST_REGISTRY_TOKEN,
        }),
        found.late,
      ]
      return {
        refusal: refusals.find((one) => one !== undefined),
        entry,
        judged: verdict.judged(),
        issuer: asked.answer,
        kid: token?.jws.header.kid,
        warnings: reviewed?.warnings ?? [],
      }
    },
  }
}

/** The issuer of no entry is not asked. */
const NOBODY = { answer: NOT_ASKED, refusal: undefined }

/** Nothing is known of whom it is about. */
const unreadable = (message: string): TestReport => ({
  refusal: { code: 'invalid_token', message },
  entry: undefined,
  judged: [],
  issuer: NOT_ASKED,
  kid: undefined,
  warnings: [],
})
