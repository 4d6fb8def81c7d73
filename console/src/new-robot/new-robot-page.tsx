import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ownerOf, shortNameOf } from '../api/owner.ts'
import { Page } from '../parts/page.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { NewRobotForm } from './new-robot-form.tsx'

const route = getRouteApi('/$kind/$owner/new-robot')

/** Makes a robot in one request, and ends on what is to be pasted. */
export function NewRobotPage() {
  const owner = ownerOf(route.useParams())
  const [made, setMade] = useState<string>()
  const { secret, show, hide } = useHiddenSecret()
  if (made === undefined) {
    const onMade = (name: string, token: string | undefined) => {
      setMade(name)
      show(token)
    }
    return (
      <Page title={`New robot of ${owner.name}`}>
        <NewRobotForm owner={owner} onMade={onMade} />
      </Page>
    )
  }
  const params = { kind: owner.kind, owner: owner.name, robot: shortNameOf(made) }
  return (
    <Page title={`${made} is there`}>
      <div className="stack">
        <p>
          It logs in to the registry as <code>{made}</code>. It may do nothing yet.
        </p>
        {secret && <SecretBox title="Its secret" secret={secret} onHide={hide} />}
        <p>
          <Link to="/$kind/$owner/robots/$robot/credentials" params={params}>
            Its credentials
          </Link>{' '}
          as Docker, Kubernetes and others want them, and{' '}
          <Link to="/$kind/$owner/robots/$robot" params={params}>
            all else of it
          </Link>
        </p>
      </div>
    </Page>
  )
}
