import { asCurl } from '../parts/as-curl.ts'
import { type RobotAddress, robotPath } from '../robot/robot-query.ts'
import { presentedOf } from './token-text.ts'

/** What stands for a token, which is nothing for the history of a shell. */
const TOKEN = '$IDENTITY_TOKEN'

/** The same test for a shell that has the job's token in `IDENTITY_TOKEN`, or with the claims; undefined for what is neither. */
export function testAsCurl(address: RobotAddress, text: string): string | undefined {
  const call = { method: 'POST', path: `${robotPath(address)}/federation/test` }
  try {
    const presented = presentedOf(text)
    if ('claims' in presented) return asCurl({ ...call, body: presented })
    return asCurl({ ...call, body: { token: TOKEN } }).replace(TOKEN, () => `'"${TOKEN}"'`)
  } catch {
    return undefined
  }
}
