import {
  type AnyRoute,
  type AnySchema,
  createRoute,
  lazyRouteComponent,
  notFound,
} from '@tanstack/react-router'

interface More<Search> {
  /** Takes from an address what the page knows of what follows `?`. */
  validateSearch?: (search: Record<string, unknown>) => Search
  /** Of whom there is such a page; of users and organizations, unless given. */
  only?: 'orgs' | 'users'
}

/** The address of a page below another one; the page is loaded when it is visited. */
export const pageRoute = <
  Parent extends AnyRoute,
  const Path extends string,
  Module extends Record<string, unknown>,
  Name extends keyof Module & string,
  // biome-ignore lint/complexity/noBannedTypes: an address without search, as the router has it
  Search extends AnySchema = {},
>(
  parent: Parent,
  path: Path,
  load: () => Promise<Module>,
  component: Name,
  { only, validateSearch = () => ({}) as Search }: More<Search> = {},
) =>
  createRoute({
    getParentRoute: () => parent,
    path,
    validateSearch,
    beforeLoad: ({ params }) => {
      const { kind } = params as { kind?: string }
      if (only !== undefined && kind !== only) throw notFound()
    },
    component: lazyRouteComponent(load, component),
  })
