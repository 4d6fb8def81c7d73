import { type Access, sourceInWords } from './roles.ts'

/** Why somebody has a role, the highest first. */
export const SourceList = ({ sources }: Pick<Access, 'sources'>) =>
  sources.length === 0 ? null : (
    <ul className="sources">
      {sources.map((source) => (
        <li key={sourceInWords(source)}>{sourceInWords(source)}</li>
      ))}
    </ul>
  )
