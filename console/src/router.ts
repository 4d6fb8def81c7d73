import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { NotFound } from './shell/not-found.tsx'
import { Root } from './shell/root.tsx'
import { parseSearch, stringifySearch } from './shell/search.ts'

// One address a page. Pages are loaded when they are visited.

const root = createRootRoute({ component: Root, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./home/home-page.tsx'), 'HomePage'),
})

export const router = createRouter({
  routeTree: root.addChildren([home]),
  parseSearch,
  stringifySearch,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
