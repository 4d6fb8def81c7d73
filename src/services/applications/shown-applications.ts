import type { Performer } from '../../domain/actor.ts'
import { maySeeClientSecret } from '../../domain/application-rights.ts'
import type { Owner } from '../../domain/owner.ts'
import { mapPage, type Page } from '../../domain/page.ts'
import type { ApplicationRow } from '../../queries/applications.ts'
import type { Reveals } from '../audit/reveals.ts'
import type { ClientSecrets } from './client-secrets.ts'

/** An application as an administrator sees it. */
export interface Application extends Omit<ApplicationRow, 'secretKeyId' | 'secretSealed'> {
  /**
   * Null where it is not asked for, for applications, and for callers with fewer scopes than the application has: the secret
   * would give them more.
   */
  clientSecret: string | null
}

interface ShownApplicationsDeps {
  reveals: Reveals
  clientSecrets: ClientSecrets
}

export const withoutSecret = ({
  secretKeyId: _secretKeyId,
  secretSealed: _secretSealed,
  ...row
}: ApplicationRow): Application => ({ ...row, clientSecret: null })

/** Applications with the client secret, as far as the caller may see it; that it was shown is noted in the log. */
export function createShownApplications({ reveals, clientSecrets }: ShownApplicationsDeps) {
  const present = (row: ApplicationRow, performer: Performer): Application =>
    maySeeClientSecret(performer, row)
      ? { ...withoutSecret(row), clientSecret: clientSecrets.reveal(row) }
      : withoutSecret(row)

  return {
    async page(organization: Owner, page: Page<ApplicationRow>, performer: Performer) {
      if (page.items.some((row) => maySeeClientSecret(performer, row))) {
        await reveals.note({
          kind: 'reveal_application_client_secrets',
          namespace: organization,
          metadata: {},
          performer,
        })
      }
      return mapPage(page, (row) => present(row, performer))
    },

    async one(organization: Owner, row: ApplicationRow, performer: Performer) {
      if (maySeeClientSecret(performer, row)) {
        await reveals.note({
          kind: 'reveal_application_client_secret',
          namespace: organization,
          metadata: { application_name: row.name, client_id: row.clientId },
          performer,
        })
      }
      return present(row, performer)
    },

    /** After a change, which has an entry of its own. */
    changed: present,
  }
}
