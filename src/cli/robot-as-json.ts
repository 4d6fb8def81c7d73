import { presentDetails } from '../schemas/robot-details.ts'
import type { Robot } from '../services/robots/robots.ts'

/** A robot as commands print it, without its token. */
export const robotAsJson = ({ name, description, createdAt, details }: Robot) => ({
  name,
  description,
  created: createdAt,
  ...(details && presentDetails(details)),
})
