import { CopyButton } from './copy-button.tsx'

interface Props {
  curl: string
  /** The command of operators, where there is one. */
  command?: string
}

/** What a form is about to do, as commands. */
export const SameInAShell = ({ curl, command }: Props) => (
  <details className="same">
    <summary>The same in a shell</summary>
    <pre>{curl}</pre>
    <CopyButton text={curl} what="curl" />
    {command && (
      <>
        <p className="quiet">On the machine of the service:</p>
        <pre>{command}</pre>
        <CopyButton text={command} what="command" />
      </>
    )}
  </details>
)
