import { fork } from 'node:child_process'
import { once } from 'node:events'

export interface Wanted {
  url: string
  apiToken: string
}

export interface Downloaded {
  status: number
  /** Set where the answer ended before its end. */
  failure?: string
  bytes: number
  /** Items of the one list that the document holds. */
  items: number
  ms: number
}

/** Gets a JSON document, in a process of its own, so that reading it disturbs no other measurement. */
export async function download(wanted: Wanted): Promise<Downloaded> {
  const child = fork(new URL('./download-worker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
  })
  child.send(wanted)
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the download ended with ${code}`)
    }),
  ])
  child.disconnect()
  return message as Downloaded
}
