import { Link } from '@tanstack/react-router'
import { type Owner, shortNameOf } from '../api/owner.ts'
import { NewEntryLink } from '../federation/new-entry-link.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import { useRegistryHost } from '../session/session-query.ts'
import { accessInWords, type Draft } from './draft.ts'

interface Props {
  owner: Owner
  /** Full. */
  name: string
  draft: Draft
  secret: string | undefined
  onHide: () => void
}

/** What to do with a robot that has just been made. */
export function MadeRobot({ owner, name, draft, secret, onHide }: Props) {
  const words = useFocusOn<HTMLParagraphElement>(name)
  const params = { kind: owner.kind, owner: owner.name, robot: shortNameOf(name) }
  const access = accessInWords(draft)
  const login = `docker login ${useRegistryHost()} --username ${name}`
  return (
    <div className="stack">
      <p ref={words}>
        It logs in to the registry as <code>{name}</code>.{' '}
        {access ? (
          <>It has {access}, and nothing else.</>
        ) : (
          <>
            It may do nothing yet:{' '}
            <Link to="/$kind/$owner/robots/$robot/access" params={params}>
              give it a role
            </Link>
            .
          </>
        )}
      </p>
      {secret && <SecretBox title="Its secret" secret={secret} onHide={onHide} />}
      {draft.signsInBy === 'secret' ? (
        <section aria-label="Log in">
          <p>Where it is to run, this asks for the secret:</p>
          <pre>{login}</pre>
          <CopyButton text={login} what="command" />
        </section>
      ) : (
        <>
          <p>No job can act as it yet. Next, say which may:</p>
          <div className="actions">
            <NewEntryLink address={{ owner, robot: params.robot }} look="primary">
              Choose the jobs
            </NewEntryLink>
          </div>
        </>
      )}
      <p>
        {draft.signsInBy === 'secret' && (
          <>
            <Link to="/$kind/$owner/robots/$robot/credentials" params={params}>
              Its credentials
            </Link>{' '}
            as Docker, Kubernetes and others want them, and{' '}
          </>
        )}
        <Link to="/$kind/$owner/robots/$robot" params={params}>
          {draft.signsInBy === 'secret' ? 'all else of it' : 'All of the robot'}
        </Link>
      </p>
    </div>
  )
}
