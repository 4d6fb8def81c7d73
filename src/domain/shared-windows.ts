import type { Peers } from './peers.ts'
import type { Windows } from './time-windows.ts'

type Change = 'add' | 'subtract' | 'forget'

/** Counts what the other processes of the server count, too, a moment later. */
export function shareWindows(windows: Windows, peers: Peers, topic: string): Windows {
  peers.onTold(topic, ([change, key]: [Change, string]) => void windows[change](key))
  function shared<Result>(change: Change, make: (key: string) => Result) {
    return (key: string): Result => {
      peers.tell(topic, [change, key])
      return make(key)
    }
  }
  return {
    ...windows,
    add: shared('add', windows.add),
    subtract: shared('subtract', windows.subtract),
    forget: shared('forget', windows.forget),
  }
}
