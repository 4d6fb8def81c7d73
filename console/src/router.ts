import { createRootRoute, createRoute, createRouter, notFound } from '@tanstack/react-router'
import { readRobotsSearch } from './robots/robots-search.ts'
import { NotFound } from './shell/not-found.tsx'
import { OwnerPages } from './shell/owner-pages.tsx'
import { pageRoute } from './shell/page-route.ts'
import { Root } from './shell/root.tsx'
import { parseSearch, stringifySearch } from './shell/search.ts'

// One address a page. Pages are loaded when they are visited.

const root = createRootRoute({ component: Root })

const home = pageRoute(root, '/', () => import('./home/home-page.tsx'), 'HomePage')

/** `/orgs/acme` and `/users/alice`. */
const owner = createRoute({
  getParentRoute: () => root,
  path: '/$kind/$owner',
  beforeLoad: ({ params: { kind } }) => {
    if (kind !== 'orgs' && kind !== 'users') throw notFound()
  },
  component: OwnerPages,
})

const ofOwner = [
  pageRoute(owner, 'robots', () => import('./robots/robots-page.tsx'), 'RobotsPage', {
    validateSearch: readRobotsSearch,
  }),
  pageRoute(owner, 'new-robot', () => import('./new-robot/new-robot-page.tsx'), 'NewRobotPage'),
] as const

const robot = pageRoute(owner, 'robots/$robot', () => import('./robot/robot-page.tsx'), 'RobotPage')

const ofRobot = robot.addChildren([
  pageRoute(robot, '/', () => import('./robot/overview.tsx'), 'Overview'),
  pageRoute(robot, 'credentials', () => import('./robot/credentials.tsx'), 'Credentials'),
  pageRoute(robot, 'federation', () => import('./robot/federation.tsx'), 'Federation'),
  pageRoute(robot, 'access', () => import('./robot/access.tsx'), 'Access'),
  pageRoute(robot, 'activity', () => import('./robot/activity.tsx'), 'Activity'),
])

export const router = createRouter({
  routeTree: root.addChildren([home, owner.addChildren([...ofOwner, ofRobot])]),
  defaultNotFoundComponent: NotFound,
  parseSearch,
  stringifySearch,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
