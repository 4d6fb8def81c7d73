import { Page } from '../parts/page.tsx'
import { AccountTabs } from './account-tabs.tsx'
import { NewTokenForm } from './new-token-form.tsx'
import { TokenList } from './token-list.tsx'

/** API tokens that act as who is signed in: for scripts, and for `docker login`. */
export const TokensPage = () => (
  <Page title="Your API tokens">
    <AccountTabs />
    <div className="stack">
      <TokenList />
      <NewTokenForm />
    </div>
  </Page>
)
