import { useMutation } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { download } from './download.ts'

interface Props {
  /** Of the log, with its filters. */
  path: string
  /** Without its ending. */
  fileName: string
}

const TYPES = { CSV: 'text/csv', NDJSON: 'application/x-ndjson' } as const

/** All entries of the period as a file, which the service writes while it is read. */
export function DownloadButtons({ path, fileName }: Props) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (type: keyof typeof TYPES) =>
      download(path, TYPES[type], `${fileName}.${type.toLowerCase()}`),
  })
  return (
    <>
      <div className="actions">
        {(Object.keys(TYPES) as (keyof typeof TYPES)[]).map((type) => (
          <Button key={type} isPending={isPending} onPress={() => mutate(type)}>
            Download as {type}
          </Button>
        ))}
        {isPending && (
          <span role="status" className="quiet">
            Being written …
          </span>
        )}
      </div>
      <FormProblem problem={error?.message} />
    </>
  )
}
