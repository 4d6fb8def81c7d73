import { z } from 'zod'
import { isName } from '../domain/names.ts'
import { ORGANIZATION_CREATION } from '../domain/organization-creation.ts'
import { settings } from './unknown-settings.ts'

const NO_NAME = 'is no name that an account could have'

/** Which names may be taken, and by whom. */
export const NamesSection = settings({
  reserved: z
    .array(z.string(NO_NAME).refine(isName, NO_NAME), 'must be a list of names')
    .prefault([])
    .describe('names that nobody can take, beside those that are always reserved'),
  organization_creation: z
    .enum(ORGANIZATION_CREATION)
    .prefault('anyone')
    .describe('who may create organizations'),
})
  .transform(({ reserved, organization_creation }) => ({
    reserved,
    organizationCreation: organization_creation,
  }))
  .prefault({})
  .describe('Which names may be taken, and by whom')
