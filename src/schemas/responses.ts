import { z } from 'zod'
import { ApiErrorSchema, ModelErrorSchema } from './errors.ts'

export const NoContent = z.undefined().meta({ description: 'Done; no body' })

/** A response under a status that the profile chooses. */
export const answeredWith = <Status extends number, Schema>(status: Status, schema: Schema) =>
  ({ [status]: schema }) as Record<Status, Schema>

const described = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A refusal of the API itself, with what the status means there. */
export const refusal = (description: string) => described(description, ApiErrorSchema)

/** Refusals of bad input, and of what does not exist. */
export const INPUT_REFUSALS = {
  400: described('Bad Request', z.union([ApiErrorSchema, ModelErrorSchema])),
  404: refusal('Not found'),
}

/** Refusals of callers. */
export const CALLER_REFUSALS = {
  401: refusal('Session required'),
  403: refusal('Unauthorized access'),
}

/** Refusals of bodies. */
export const BODY_REFUSALS = {
  413: refusal('Request body too large'),
  415: refusal('Request body of another type than JSON'),
}

/** Refusals for lack of room or of a database. */
export const SERVICE_REFUSALS = {
  429: refusal('Too many requests; see `Retry-After`'),
  503: refusal('Unavailable; see `Retry-After`'),
}
