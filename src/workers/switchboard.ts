import type { FromWorker, ToWorker } from './messages.ts'
import { createSharedWork } from './shared-work.ts'

/** How long an answer is waited for (ms): of a worker that is too busy, its last one counts. */
const ANSWER_TIME = 1_000

/** A worker that messages can be sent to. */
export interface Line {
  send(message: ToWorker): void
}

/** Who has answered a question so far. */
interface Question {
  answered: Set<Line>
  settle(): void
}

/** Last answers of how many ended workers are kept. */
const MAX_DEPARTED = 50

/** Passes on what the workers of a server tell, ask and do for each other. */
export function createSwitchboard() {
  const lines = new Set<Line>()
  const questions = new Map<number, Question>()
  /** By topic and worker; those of ended workers stay. */
  const lastAnswers = new Map<string, Map<Line, unknown>>()
  const work = createSharedWork<Line>()
  let asked = 0

  function lastOf(topic: string) {
    const known = lastAnswers.get(topic) ?? new Map<Line, unknown>()
    lastAnswers.set(topic, known)
    return known
  }

  function ask(asker: Line, id: number, topic: string) {
    const number = asked++
    const timer = setTimeout(settle, ANSWER_TIME)
    questions.set(number, { answered: new Set(), settle })
    for (const line of lines) line.send({ say: 'asked', id: number, topic })

    function settle() {
      clearTimeout(timer)
      questions.delete(number)
      const all = [...lastOf(topic)]
      const pick = (isThere: boolean) =>
        all.filter(([line]) => lines.has(line) === isThere).map(([, answer]) => answer)
      asker.send({ say: 'answers', id, answers: pick(true), departed: pick(false) })
    }
  }

  function answered(line: Line, id: number, topic: string, answer: unknown) {
    lastOf(topic).set(line, answer)
    const question = questions.get(id)
    question?.answered.add(line)
    if (question && question.answered.size >= lines.size) question.settle()
  }

  return {
    connect: (line: Line) => void lines.add(line),

    disconnect(line: Line) {
      lines.delete(line)
      work.forget(line)
      for (const known of lastAnswers.values()) {
        const departed = [...known.keys()].filter((one) => !lines.has(one))
        for (const one of departed.slice(0, -MAX_DEPARTED)) known.delete(one)
      }
    },

    take(line: Line, message: FromWorker) {
      switch (message.say) {
        case 'tell': {
          const { topic, message: told } = message
          for (const one of lines) if (one !== line) one.send({ say: 'told', topic, message: told })
          return
        }
        case 'ask':
          return ask(line, message.id, message.topic)
        case 'answer':
          return answered(line, message.id, message.topic, message.answer)
        case 'want': {
          const { id, key, since } = message
          const take = (shared?: Parameters<typeof work.done>[1]) =>
            line.send({ say: 'turn', id, ...(shared && { shared }) })
          return work.want(key, { worker: line, since, take })
        }
        case 'done':
          return work.done(message.key, message.shared)
      }
    },
  }
}

export type Switchboard = ReturnType<typeof createSwitchboard>
