import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router'
import { readMatrixSearch } from './access/matrix-search.ts'
import { readAuditSearch } from './audit/audit-search.ts'
import { readEntrySearch } from './federation/entry-search.ts'
import { readWizardSearch } from './federation/wizard-search.ts'
import { readRobotsSearch } from './robots/robots-search.ts'
import { readListSearch } from './shell/list-search.ts'
import { NotFound } from './shell/not-found.tsx'
import { OwnerPages } from './shell/owner-pages.tsx'
import { pageRoute } from './shell/page-route.ts'
import { Root } from './shell/root.tsx'
import { parseSearch, stringifySearch } from './shell/search.ts'

// One address a page. Pages are loaded when they are visited.

const root = createRootRoute({ component: Root })

const home = pageRoute(root, '/', () => import('./home/home-page.tsx'), 'HomePage')

const ofInstallation = [
  pageRoute(root, '/robots', () => import('./all-robots/all-robots-page.tsx'), 'AllRobotsPage', {
    validateSearch: readRobotsSearch,
  }),
  pageRoute(
    root,
    '/robots/$name',
    () => import('./all-robots/robot-of-anybody-page.tsx'),
    'RobotOfAnybodyPage',
  ),
  pageRoute(
    root,
    '/new-organization',
    () => import('./organizations/new-organization-page.tsx'),
    'NewOrganizationPage',
  ),
  pageRoute(root, '/help', () => import('./help/help-start-page.tsx'), 'HelpStartPage'),
  pageRoute(root, '/help/$page', () => import('./help/help-page.tsx'), 'HelpPage'),
  pageRoute(root, '/account/tokens', () => import('./account/tokens-page.tsx'), 'TokensPage'),
  pageRoute(root, '/account/sessions', () => import('./account/sessions-page.tsx'), 'SessionsPage'),
  pageRoute(root, '/account/password', () => import('./account/password-page.tsx'), 'PasswordPage'),
  pageRoute(
    root,
    '/audit',
    () => import('./audit/installation-audit-page.tsx'),
    'InstallationAuditPage',
    { validateSearch: readAuditSearch },
  ),
] as const

const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: lazyRouteComponent(() => import('./admin/admin-pages.tsx'), 'AdminPages'),
})

const ofAdmin = [
  createRoute({
    getParentRoute: () => admin,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/admin/users', replace: true })
    },
  }),
  pageRoute(admin, 'users', () => import('./admin/users-page.tsx'), 'UsersPage', {
    validateSearch: readListSearch,
  }),
  pageRoute(admin, 'users/$user', () => import('./admin/user-page.tsx'), 'UserPage'),
  pageRoute(
    admin,
    'organizations',
    () => import('./admin/organizations-page.tsx'),
    'OrganizationsPage',
    { validateSearch: readListSearch },
  ),
  pageRoute(
    admin,
    'retired-names',
    () => import('./admin/retired-names-page.tsx'),
    'RetiredNamesPage',
    { validateSearch: readListSearch },
  ),
  pageRoute(
    admin,
    'webhooks',
    () => import('./webhooks/installation-webhooks-page.tsx'),
    'InstallationWebhooksPage',
  ),
  pageRoute(admin, 'keys', () => import('./admin/keys-page.tsx'), 'KeysPage'),
  pageRoute(admin, 'settings', () => import('./admin/settings-page.tsx'), 'SettingsPage'),
  pageRoute(admin, 'sign-in', () => import('./admin/sign-in-page.tsx'), 'SignInSettingsPage'),
] as const

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
  createRoute({
    getParentRoute: () => owner,
    path: '/',
    beforeLoad: ({ params }) => {
      throw redirect({ to: '/$kind/$owner/robots', params, replace: true })
    },
  }),
  pageRoute(owner, 'robots', () => import('./robots/robots-page.tsx'), 'RobotsPage', {
    validateSearch: readRobotsSearch,
  }),
  pageRoute(owner, 'access', () => import('./access/access-page.tsx'), 'AccessPage', {
    validateSearch: readMatrixSearch,
    only: 'orgs',
  }),
  pageRoute(
    owner,
    'repositories',
    () => import('./repositories/repositories-page.tsx'),
    'RepositoriesPage',
    { validateSearch: readListSearch },
  ),
  pageRoute(
    owner,
    'repositories/$repository',
    () => import('./repositories/repository-page.tsx'),
    'RepositoryPage',
  ),
  pageRoute(owner, 'teams', () => import('./teams/teams-page.tsx'), 'TeamsPage', {
    validateSearch: readListSearch,
    only: 'orgs',
  }),
  pageRoute(owner, 'teams/$team', () => import('./teams/team-page.tsx'), 'TeamPage', {
    only: 'orgs',
  }),
  pageRoute(
    owner,
    'default-permissions',
    () => import('./default-permissions/default-permissions-page.tsx'),
    'DefaultPermissionsPage',
    { only: 'orgs' },
  ),
  pageRoute(owner, 'new-robot', () => import('./new-robot/new-robot-page.tsx'), 'NewRobotPage'),
  pageRoute(
    owner,
    'applications',
    () => import('./applications/applications-page.tsx'),
    'ApplicationsPage',
    { only: 'orgs', validateSearch: readListSearch },
  ),
  pageRoute(
    owner,
    'applications/$client',
    () => import('./applications/application-page.tsx'),
    'ApplicationPage',
    { only: 'orgs' },
  ),
  pageRoute(owner, 'issuers', () => import('./issuers/issuers-page.tsx'), 'IssuersPage', {
    only: 'orgs',
  }),
  pageRoute(owner, 'policy', () => import('./policy/policy-page.tsx'), 'PolicyPage', {
    only: 'orgs',
  }),
  pageRoute(
    owner,
    'webhooks',
    () => import('./webhooks/owner-webhooks-page.tsx'),
    'OwnerWebhooksPage',
    { only: 'orgs' },
  ),
  pageRoute(owner, 'audit', () => import('./audit/owner-audit-page.tsx'), 'OwnerAuditPage', {
    validateSearch: readAuditSearch,
  }),
] as const

const robot = pageRoute(owner, 'robots/$robot', () => import('./robot/robot-page.tsx'), 'RobotPage')

const ofRobot = robot.addChildren([
  pageRoute(robot, '/', () => import('./robot/overview.tsx'), 'Overview'),
  pageRoute(robot, 'credentials', () => import('./robot/credentials.tsx'), 'Credentials'),
  pageRoute(robot, 'federation', () => import('./federation/federation.tsx'), 'Federation'),
  pageRoute(
    robot,
    'federation/new',
    () => import('./federation/new-entry-page.tsx'),
    'NewEntryPage',
    { validateSearch: readWizardSearch },
  ),
  pageRoute(robot, 'federation/$entry', () => import('./federation/entry-page.tsx'), 'EntryPage', {
    validateSearch: readEntrySearch,
  }),
  pageRoute(robot, 'access', () => import('./robot/access.tsx'), 'Access'),
  pageRoute(robot, 'activity', () => import('./robot/activity.tsx'), 'Activity'),
])

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    ...ofInstallation,
    admin.addChildren([...ofAdmin]),
    owner.addChildren([...ofOwner, ofRobot]),
  ]),
  defaultNotFoundComponent: NotFound,
  parseSearch,
  stringifySearch,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
