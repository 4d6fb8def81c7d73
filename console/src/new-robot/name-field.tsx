import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi } from '../api/owner.ts'
import { Refusal } from '../api/refusal.ts'
import { Field } from '../parts/field.tsx'
import { useRested } from '../parts/use-rested.ts'
import { nameProblem } from './name-problem.ts'

interface Props {
  owner: Owner
  value: string
  onChange: (value: string) => void
  /** What the service said against it. */
  problem: string | undefined
}

/** The short name, checked while it is typed: its form at once, and whether it is free once typing rests. */
export function NameField({ owner, value, onChange, problem }: Props) {
  const rested = useRested(value)
  const { data: isTaken } = useQuery({
    queryKey: ['is-taken', owner, rested],
    queryFn: () => isRobot(owner, rested),
    enabled: rested.length > 1 && nameProblem(rested) === undefined,
  })
  const taken = isTaken && rested === value ? `${owner.name} has a robot ${value}` : undefined
  return (
    <Field
      label="Name"
      hint={`It logs in as ${owner.name}+${value || 'name'}.`}
      value={value}
      onChange={onChange}
      problem={nameProblem(value) ?? taken ?? problem}
      required
      focused
    />
  )
}

async function isRobot(owner: Owner, name: string): Promise<boolean> {
  const params = { path: { robot_shortname: name }, query: { token: false } }
  try {
    await answerOf(ownerApi(owner).GET('/robots/{robot_shortname}', { params }))
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
