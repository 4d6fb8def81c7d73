import { Notice } from './notice.tsx'

/** What the service said against a form as a whole. */
export const FormProblem = ({ problem }: { problem: string | undefined }) =>
  problem === undefined ? null : <Notice kind="problem">{problem}</Notice>
