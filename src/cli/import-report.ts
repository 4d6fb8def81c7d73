import type { Fate, Step } from '../domain/move-in-plan.ts'
import { notTakenOf } from '../domain/move-in-plan.ts'
import {
  type NotTaken,
  nameOf,
  type SourceContent,
  THING_KINDS,
  type ThingKind,
} from '../domain/quay-content.ts'

export interface MoveReport {
  /** Address of the source. */
  source: string
  dryRun: boolean
  content: SourceContent
  steps: Step[]
  /** Whether the steps are still to be done. */
  isPlan: boolean
}

const FATES = ['take', 'there', 'change', 'left', 'conflict', 'not_taken'] as const

const KIND_WORDS: Record<ThingKind, string> = {
  user: 'users',
  organization: 'organizations',
  settings: 'settings of organizations',
  team: 'teams',
  member: 'members of teams',
  robot: 'robots',
  repository: 'repositories',
  permission: 'permissions',
  default_permission: 'default permissions',
  federation: 'federation entries',
}

/** How many of a list a person is shown. */
const SHOWN = 50

const countsOf = (steps: Step[], kind: ThingKind, notTaken: NotTaken[]) =>
  Object.fromEntries(
    FATES.map((fate) => [
      fate,
      steps.filter((step) => step.thing.kind === kind && step.fate === fate).length +
        (fate === 'not_taken' ? notTaken.filter((one) => one.kind === kind).length : 0),
    ]),
  ) as Record<Fate, number>

/** What a program reads of it. */
export function reportAsJson({ source, dryRun, content, steps, isPlan }: MoveReport) {
  const of = (fate: Fate) => steps.filter((step) => step.fate === fate)
  const named = ({ thing }: Step) => ({ kind: thing.kind, name: nameOf(thing) })
  return {
    source,
    dry_run: dryRun,
    done: !isPlan,
    counts: Object.fromEntries(
      THING_KINDS.map((kind) => {
        const { take, there, ...others } = countsOf(steps, kind, content.notTaken)
        return [kind, { taken: take, already_there: there, ...others }]
      }),
    ),
    taken: of('take').map(named),
    changed: of('change').map(notTakenOf),
    left: of('left').map(notTakenOf),
    conflicts: of('conflict').map(notTakenOf),
    not_taken: [...content.notTaken, ...of('not_taken').map(notTakenOf)],
    without: content.without,
  }
}

/** What a person reads of it. */
export function reportAsText({ source, dryRun, content, steps, isPlan }: MoveReport): string {
  const of = (fate: Fate) => steps.filter((step) => step.fate === fate).map(notTakenOf)
  const end = dryRun ? '\nNothing was changed (--dry-run).' : ''
  return [
    isPlan ? `Plan: from ${source}` : `Done: from ${source}`,
    ...tableOf(steps, content.notTaken, isPlan),
    ...listOf(isPlan ? 'To be changed:' : 'Changed:', of('change')),
    ...listOf('Left as it is here:', of('left')),
    ...listOf('Conflicts, here with other content:', of('conflict')),
    ...listOf('Cannot be taken:', [...content.notTaken, ...of('not_taken')]),
    ...(isPlan ? [...listOf('Not as it was there:', content.without), end] : nextSteps(steps)),
  ]
    .join('\n')
    .trimEnd()
}

function tableOf(steps: Step[], notTaken: NotTaken[], isPlan: boolean): string[] {
  const heads: [Fate, string][] = [
    ['take', isPlan ? 'to take' : 'taken'],
    ['there', 'already there'],
    ['change', isPlan ? 'to change' : 'changed'],
    ['left', 'left'],
    ['conflict', 'conflict'],
    ['not_taken', 'not taken'],
  ]
  const rows = THING_KINDS.map((kind) => ({ kind, counts: countsOf(steps, kind, notTaken) }))
  const isUsed = ([fate]: [Fate, string]) => rows.some(({ counts }) => counts[fate] > 0)
  const columns = heads.filter((head) => head[0] === 'take' || head[0] === 'there' || isUsed(head))
  const width = Math.max(...Object.values(KIND_WORDS).map((words) => words.length))
  const line = (first: string, cells: string[]) =>
    `  ${first.padEnd(width)}${cells.map((cell, index) => cell.padStart((columns[index]?.[1].length ?? 0) + 2)).join('')}`
  return [
    line(
      '',
      columns.map(([, word]) => word),
    ),
    ...rows
      .filter(({ counts }) => Object.values(counts).some((count) => count > 0))
      .map(({ kind, counts }) =>
        line(
          KIND_WORDS[kind],
          columns.map(([fate]) => String(counts[fate])),
        ),
      ),
  ]
}

function listOf(title: string, items: NotTaken[]): string[] {
  if (items.length === 0) return []
  const lines = items
    .slice(0, SHOWN)
    .map(({ kind, name, why }) => `  ${kind.replace('_', ' ')} ${name}${why ? `: ${why}` : ''}`)
    .map(withoutControls)
  const more = items.length - SHOWN
  return ['', title, ...lines, ...(more > 0 ? [`  \u2026 and ${more} more: --json has all`] : [])]
}

/** A name there may hold what a terminal obeys. */
const withoutControls = (line: string) =>
  line.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => JSON.stringify(character).slice(1, -1))

const nextSteps = (steps: Step[]) =>
  steps.some(({ thing, fate }) => thing.kind === 'user' && fate === 'take')
    ? [
        '',
        'Users have no password yet: user password NAME gives one, or let them sign in by a provider.',
      ]
    : []
