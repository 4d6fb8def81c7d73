import type { Peers, Shared } from '../domain/peers.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** This process as a worker: how it says that it serves, and reaches the others. */
export function connectWorker(process: NodeJS.Process) {
  const listeners = new Map<string, (message: never) => void>()
  const answers = new Map<string, () => Promise<unknown>>()
  const waiting = new Map<number, (message: ToWorker) => void>()
  let count = 0

  const send = (message: FromWorker) => void process.send?.(message, undefined, {}, () => {})

  function request(message: (id: number) => FromWorker): Promise<ToWorker> {
    const id = count++
    return new Promise((resolve) => {
      waiting.set(id, resolve)
      send(message(id))
    })
  }

  function settle(message: ToWorker & { id: number }) {
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  }

  async function answer(id: number, topic: string) {
    const given = await answers.get(topic)?.()
    send({ say: 'answer', id, topic, answer: given })
  }

  process.on('message', (message: ToWorker) => {
    if (message.say === 'told') listeners.get(message.topic)?.(message.message as never)
    else if (message.say === 'asked') void answer(message.id, message.topic)
    else settle(message)
  })

  const peers: Peers = {
    tell: (topic, message) => send({ say: 'tell', topic, message }),
    onTold: (topic, listener) => void listeners.set(topic, listener),
    answer: (topic, give) => void answers.set(topic, give),
    async askAll(topic) {
      const reply = await request((id) => ({ say: 'ask', id, topic }))
      return reply.say === 'answers' ? reply : { answers: [], departed: [] }
    },
    async once(key, since, work) {
      const turn = await request((id) => ({ say: 'want', id, key, since }))
      if (turn.say === 'turn' && turn.shared) return turn.shared
      try {
        const shared: Shared = { result: await work(), at: Date.now() }
        send({ say: 'done', key, shared })
        return shared
      } catch (error) {
        send({ say: 'done', key })
        throw error
      }
    },
  }
  return { peers, ready: () => send({ say: 'ready' }) }
}
