import { isId, NIL_ID } from '../../domain/ids.ts'
import { isName } from '../../domain/names.ts'
import { notAPage, parsePageToken } from '../../domain/page-token.ts'
import type { RobotSort } from '../../domain/robot-search.ts'
import type { RobotPosition } from '../../queries/robot-order.ts'
import type { Order } from '../paging.ts'

interface Row {
  id: string
  name: string
  lastAccessedAt: Date | null
  expiresAt: Date | null
}

/** Robots of one owner by name, which is one robot's alone. */
export const BY_ROBOT_NAME: Order<{ name: string }, string> = {
  parse(token) {
    const name = parsePageToken(token)
    if (!isName(name)) throw notAPage()
    return name
  },
  of: ({ name }) => name,
}

/** The same, as a position among others. */
export const BY_OWN_NAME: Order<Row, RobotPosition> = {
  parse: (token) => ({ key: BY_ROBOT_NAME.parse(token), id: NIL_ID }),
  of: BY_ROBOT_NAME.of,
}

interface Key {
  of: (row: Row) => string
  isValid: (key: string) => boolean
}

const time = (timeOf: (row: Row) => Date | null): Key => ({
  of: (row) => timeOf(row)?.toISOString() ?? '',
  isValid: (key) => key === '' || isTime(key),
})

function isTime(text: string) {
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && date.toISOString() === text
}

const KEYS: Record<RobotSort, Key> = {
  name: { of: ({ name }) => name, isValid: isName },
  created: { of: () => '', isValid: (key) => key === '' },
  last_used: time(({ lastAccessedAt }) => lastAccessedAt),
  expires: time(({ expiresAt }) => expiresAt),
}

/** By a key and, where that is the same, by creation. A position names its sort: no other list takes it. */
export const byKey = (sort: RobotSort): Order<Row, RobotPosition> => ({
  parse(token) {
    const [name, id = '', key, ...more] = parsePageToken(token).split(' ')
    if (name === sort && isId(id) && key !== undefined && KEYS[sort].isValid(key) && !more.length) {
      return { id, key }
    }
    throw notAPage()
  },
  of: (row) => [sort, row.id, KEYS[sort].of(row)].join(' '),
})
