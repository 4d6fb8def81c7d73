import { z } from 'zod'

/** A transform to what a function makes of the input; what it throws is what is wrong with it. */
export const orIssue =
  <Input, Output>(parse: (input: Input) => Output) =>
  (input: Input, context: z.core.$RefinementCtx<Input>): Output => {
    try {
      return parse(input)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
      return z.NEVER
    }
  }
