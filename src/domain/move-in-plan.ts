import { keyOf, type NotTaken, nameOf, needsOf, type SourceThing } from './quay-content.ts'

/** What becomes of a name that exists here with other content. */
export const ON_CONFLICT = ['skip', 'overwrite'] as const
export type OnConflict = (typeof ON_CONFLICT)[number]

/** How a thing of the source compares with what is here. */
export type Comparison =
  | { is: 'missing' }
  | { is: 'same' }
  /** @param what of it, in words without a secret */
  | { is: 'other'; what: string[] }
  | { is: 'impossible'; why: string }

/** What is to be done with a thing. */
export type Fate = 'take' | 'there' | 'change' | 'conflict' | 'left' | 'not_taken'

export interface Step {
  thing: SourceThing
  fate: Fate
  /** Of what differs, is left or cannot be taken. */
  why?: string
}

const BROKEN = new Set<Fate>(['left', 'not_taken'])

/**
 * Remembers what does not come over, and finds what therefore cannot come over either: with a thing goes all that needs it.
 */
export function createLosses() {
  const lost = new Map<string, Step>()
  return {
    note(step: Step) {
      if (BROKEN.has(step.fate)) lost.set(keyOf(step.thing), step)
    },
    /** The step that a thing needs, where that one is lost. */
    of(thing: SourceThing): Step | undefined {
      const key = needsOf(thing).find((needed) => lost.has(needed))
      return key === undefined ? undefined : lost.get(key)
    },
  }
}

/** What becomes of a thing that needs a lost one. */
export const lostStep = (thing: SourceThing, needed: Step): Step => ({
  thing,
  fate: needed.fate,
  why: `needs the ${needed.thing.kind} ${nameOf(needed.thing)}, which is ${
    needed.fate === 'left' ? 'left as it is here' : 'not taken'
  }`,
})

/** @param onConflict undefined: not decided */
export function stepOf(
  thing: SourceThing,
  comparison: Comparison,
  onConflict: OnConflict | undefined,
): Step {
  switch (comparison.is) {
    case 'missing':
      return { thing, fate: 'take' }
    case 'same':
      return { thing, fate: 'there' }
    case 'impossible':
      return { thing, fate: 'not_taken', why: comparison.why }
    case 'other':
      return { thing, fate: CONFLICT_FATE[onConflict ?? 'undecided'], why: wordsOf(comparison) }
  }
}

const CONFLICT_FATE = { undecided: 'conflict', skip: 'left', overwrite: 'change' } as const

const wordsOf = ({ what }: { what: string[] }) => what.join(', ')

/** What a step that was not done is in a report. */
export const notTakenOf = ({ thing, why = '' }: Step): NotTaken => ({
  kind: thing.kind,
  name: nameOf(thing),
  why,
})
