import { useMutation } from '@tanstack/react-query'
import { Button } from './button.tsx'
import { csvLine } from './csv.ts'
import { FormProblem } from './form-problem.tsx'

interface Props {
  /** Of the file, without its ending. */
  name: string
  head: string[]
  /** All rows, as the service gives them page by page. */
  rows: () => AsyncIterable<string[]>
}

/** Saves a list, all of its pages, as a file for spreadsheets. */
export function CsvButton({ name, head, rows }: Props) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const lines = [csvLine(head)]
      for await (const row of rows()) lines.push(csvLine(row))
      save(new Blob(lines, { type: 'text/csv;charset=utf-8' }), `${name}.csv`)
    },
  })
  return (
    <>
      <Button isPending={isPending} onPress={() => mutate()}>
        {isPending ? 'Reading all pages …' : 'Save as CSV'}
      </Button>
      <FormProblem problem={error?.message} />
    </>
  )
}

function save(file: Blob, name: string) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
