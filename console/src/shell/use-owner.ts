import { getRouteApi } from '@tanstack/react-router'
import { type Owner, ownerOf } from '../api/owner.ts'

const route = getRouteApi('/$kind/$owner')

/** Whose page it is. */
export const useOwner = (): Owner => ownerOf(route.useParams())
