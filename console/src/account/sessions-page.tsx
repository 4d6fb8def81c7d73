import { Page } from '../parts/page.tsx'
import { AccountTabs } from './account-tabs.tsx'
import { SessionList } from './session-list.tsx'

/** Where who is signed in is signed in, with which browsers. */
export const SessionsPage = () => (
  <Page title="Your sessions">
    <AccountTabs />
    <div className="stack">
      <SessionList />
    </div>
  </Page>
)
