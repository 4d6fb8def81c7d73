import { z } from 'zod'

/** Makes a zod transform of a function; an error that it throws becomes the issue. */
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
