import { z } from 'zod'
import { formatDate } from '../domain/dates.ts'
import type { RetiredName } from '../services/accounts/retired-names.ts'
import { DateText } from './common.ts'
import { listOf } from './paging.ts'

const EXAMPLE = {
  name: 'acme/web',
  kind: 'repository' as const,
  retired: 'Mon, 23 Nov 2026 13:56:36 -0000',
}

const RetiredNameSchema = z
  .object({
    name: z.string().describe('`namespace`, or `namespace/repository`'),
    kind: z.enum(['namespace', 'repository']),
    retired: DateText,
  })
  .meta({ id: 'RetiredName', example: EXAMPLE })

export const RetiredNameListSchema = listOf({ names: z.array(RetiredNameSchema) }).meta({
  id: 'RetiredNameList',
  example: { names: [EXAMPLE] },
})

export const presentRetiredName = ({ name, retiredAt }: RetiredName) => ({
  name,
  kind: name.includes('/') ? ('repository' as const) : ('namespace' as const),
  retired: formatDate(retiredAt),
})
