import { useState } from 'react'
import { Page } from '../parts/page.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { useOwner } from '../shell/use-owner.ts'
import type { Draft } from './draft.ts'
import { MadeRobot } from './made-robot.tsx'
import { NewRobotForm } from './new-robot-form.tsx'

/** Makes a robot in one request, and ends on what is to be pasted. */
export function NewRobotPage() {
  const owner = useOwner()
  const [made, setMade] = useState<{ name: string; draft: Draft }>()
  const { secret, show, hide } = useHiddenSecret()
  if (made) {
    return (
      <Page title={`${made.name} is there`}>
        <MadeRobot owner={owner} {...made} secret={secret} onHide={hide} />
      </Page>
    )
  }
  const onMade = (name: string, token: string | undefined, draft: Draft) => {
    setMade({ name, draft })
    show(token)
  }
  return (
    <Page title={`New robot of ${owner.name}`}>
      <NewRobotForm owner={owner} onMade={onMade} />
    </Page>
  )
}
