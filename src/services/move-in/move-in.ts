import { ServiceError } from '../../domain/errors.ts'
import {
  createLosses,
  lostStep,
  type OnConflict,
  type Step,
  stepOf,
} from '../../domain/move-in-plan.ts'
import type { SourceThing } from '../../domain/quay-content.ts'
import type { Compare } from './comparisons.ts'
import type { Writes } from './writes.ts'

/** Told of each thing that is done. */
type OnStep = (done: number) => void

export type MoveIn = ReturnType<typeof createMoveIn>

/**
 * Takes over what a Quay has, thing by thing, each in a transaction of its own: whatever ends it in between, the next run finds
 * what is there already, and goes on.
 */
export function createMoveIn({ compare, writes }: { compare: Compare; writes: Writes }) {
  async function carryOut(step: Step): Promise<Step> {
    const { thing, fate } = step
    if (fate !== 'take' && fate !== 'change') return step
    try {
      await writes[fate](thing)
      return step
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code === 'unavailable') throw error
      // As the first administrator, who comes with the organization.
      if ((await compare(thing)).is === 'same') return step
      return { thing, fate: 'not_taken', why: error.message }
    }
  }

  return {
    /**
     * What is to be done with each thing. Changes nothing.
     *
     * @param things in the order of `THING_KINDS`
     */
    async plan(
      things: readonly SourceThing[],
      onConflict: OnConflict | undefined,
      onStep: OnStep = () => {},
    ): Promise<Step[]> {
      const losses = createLosses()
      const steps: Step[] = []
      for (const thing of things) {
        const needed = losses.of(thing)
        const step = needed
          ? lostStep(thing, needed)
          : stepOf(thing, await compare(thing), onConflict)
        losses.note(step)
        onStep(steps.push(step))
      }
      return steps
    },

    /**
     * Does what is planned.
     *
     * @returns the steps as they went: what was refused is not taken
     * @throws what is no refusal, such as a database that is gone
     */
    async run(plan: readonly Step[], onStep: OnStep = () => {}): Promise<Step[]> {
      const losses = createLosses()
      const done: Step[] = []
      for (const planned of plan) {
        const needed = isToDo(planned) ? losses.of(planned.thing) : undefined
        const step = needed ? lostStep(planned.thing, needed) : await carryOut(planned)
        losses.note(step)
        onStep(done.push(step))
      }
      return done
    },
  }
}

const isToDo = ({ fate }: Step) => fate === 'take' || fate === 'change'
