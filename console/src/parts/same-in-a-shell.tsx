import { CopyButton } from './copy-button.tsx'

interface Props {
  curl: string
  /** The command of operators, where there is one. */
  command?: string | undefined
  /** A file for `quay-robots apply`, where there is one. */
  yaml?: string | undefined
}

/** What a form is about to do, as commands. */
export const SameInAShell = ({ curl, command, yaml }: Props) => (
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
    {yaml && (
      <>
        <p className="quiet">In a file for quay-robots apply:</p>
        <pre>{yaml}</pre>
        <CopyButton text={yaml} what="file" />
      </>
    )}
  </details>
)
