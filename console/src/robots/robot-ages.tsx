import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi } from '../api/owner.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { AgeTable } from './age-table.tsx'

/** How long ago robots were used, and their secrets made: counted when somebody looks. */
export function RobotAges({ owner }: { owner: Owner }) {
  const [isOpen, setOpen] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['robots', owner, 'ages'],
    queryFn: () => answerOf(ownerApi(owner).GET('/robot-ages')),
    enabled: isOpen,
  })
  return (
    <details className="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Last use of all robots, and age of their secrets</summary>
      {isOpen && error && <Failure error={error} retry={refetch} />}
      {isOpen && !data && !error && <Loading what="how many there are" />}
      {isOpen && data && (
        <div className="cards">
          <AgeTable title="Robots by last use" when="Last used" of="Robots" counts={data.robots} />
          <AgeTable title="Secrets by age" when="Created" of="Secrets" counts={data.secrets} />
        </div>
      )}
    </details>
  )
}
