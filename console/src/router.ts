import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
} from '@tanstack/react-router'
import { readRobotsSearch } from './robots/robots-search.ts'
import { NotFound } from './shell/not-found.tsx'
import { Root } from './shell/root.tsx'
import { parseSearch, stringifySearch } from './shell/search.ts'

// One address a page. Pages are loaded when they are visited.

const root = createRootRoute({ component: Root })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./home/home-page.tsx'), 'HomePage'),
})

/** `/orgs/acme` and `/users/alice`. */
const owner = createRoute({
  getParentRoute: () => root,
  path: '/$kind/$owner',
  beforeLoad: ({ params: { kind } }) => {
    if (kind !== 'orgs' && kind !== 'users') throw notFound()
  },
})

const robots = createRoute({
  getParentRoute: () => owner,
  path: 'robots',
  validateSearch: readRobotsSearch,
  component: lazyRouteComponent(() => import('./robots/robots-page.tsx'), 'RobotsPage'),
})

const newRobot = createRoute({
  getParentRoute: () => owner,
  path: 'new-robot',
  component: lazyRouteComponent(() => import('./new-robot/new-robot-page.tsx'), 'NewRobotPage'),
})

const robot = createRoute({
  getParentRoute: () => owner,
  path: 'robots/$robot',
  component: lazyRouteComponent(() => import('./robot/robot-page.tsx'), 'RobotPage'),
})

const overview = createRoute({
  getParentRoute: () => robot,
  path: '/',
  component: lazyRouteComponent(() => import('./robot/overview.tsx'), 'Overview'),
})

const credentials = createRoute({
  getParentRoute: () => robot,
  path: 'credentials',
  component: lazyRouteComponent(() => import('./robot/credentials.tsx'), 'Credentials'),
})

const federation = createRoute({
  getParentRoute: () => robot,
  path: 'federation',
  component: lazyRouteComponent(() => import('./robot/federation.tsx'), 'Federation'),
})

const access = createRoute({
  getParentRoute: () => robot,
  path: 'access',
  component: lazyRouteComponent(() => import('./robot/access.tsx'), 'Access'),
})

const activity = createRoute({
  getParentRoute: () => robot,
  path: 'activity',
  component: lazyRouteComponent(() => import('./robot/activity.tsx'), 'Activity'),
})

const ofRobot = robot.addChildren([overview, credentials, federation, access, activity])

export const router = createRouter({
  routeTree: root.addChildren([home, owner.addChildren([robots, newRobot, ofRobot])]),
  defaultNotFoundComponent: NotFound,
  parseSearch,
  stringifySearch,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
