import { Page } from '../parts/page.tsx'
import { NewOrganizationForm } from './new-organization-form.tsx'

/** An organization is where teams, robots and repositories are. */
export const NewOrganizationPage = () => (
  <Page title="New organization">
    <div className="stack">
      <p>An organization has repositories, robots that use them, and teams of people who may.</p>
      <NewOrganizationForm />
    </div>
  </Page>
)
