import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ToWorker } from '../../src/workers/messages.ts'
import { createSwitchboard, type Line } from '../../src/workers/switchboard.ts'

type TestLine = Line & { sent: ToWorker[] }

let board: ReturnType<typeof createSwitchboard>

function connect(): TestLine {
  const sent: ToWorker[] = []
  const line = { sent, send: (message: ToWorker) => void sent.push(message) }
  board.connect(line)
  return line
}

const answer = (line: TestLine, given: string) => {
  const asked = line.sent.findLast((message) => message.say === 'asked')
  if (asked?.say !== 'asked') throw new Error('nobody has asked')
  board.take(line, { say: 'answer', id: asked.id, topic: asked.topic, answer: given })
}

const answersTo = (line: TestLine) => line.sent.filter(({ say }) => say === 'answers')

beforeEach(() => {
  vi.useFakeTimers()
  board = createSwitchboard()
})
afterEach(() => void vi.useRealTimers())

it('what one tells all others hear', () => {
  const [one, two, three] = [connect(), connect(), connect()]
  board.take(one, { say: 'tell', topic: 'known', message: 1 })
  expect([one, two, three].map(({ sent }) => sent.length)).toEqual([0, 1, 1])
})

it('a question is answered as soon as all have answered', () => {
  const [one, two] = [connect(), connect()]
  board.take(one, { say: 'ask', id: 7, topic: 'metrics' })
  answer(one, 'of one')
  expect(answersTo(one)).toEqual([])
  answer(two, 'of two')
  const answers = { say: 'answers', id: 7, answers: ['of one', 'of two'], departed: [] }
  expect(answersTo(one)).toEqual([answers])
  vi.advanceTimersByTime(10_000)
  expect(answersTo(one)).toHaveLength(1)
})

it('of one that is too busy its last answer counts, after a second', () => {
  const [one, two] = [connect(), connect()]
  for (const round of ['first', 'second']) {
    board.take(one, { say: 'ask', id: 7, topic: 'metrics' })
    answer(one, round)
    if (round === 'first') answer(two, round)
  }
  expect(answersTo(one)).toHaveLength(1)
  vi.advanceTimersByTime(1_000)
  expect(answersTo(one)[1]).toMatchObject({ answers: ['second', 'first'] })
})

it('what one was at that has ended, another one does', () => {
  const [one, two, three] = [connect(), connect(), connect()]
  for (const line of [one, two, three]) {
    board.take(line, { say: 'want', id: 7, key: 'keys', since: 0 })
  }
  board.disconnect(one)
  expect([one, two, three].map(({ sent }) => sent)).toEqual([
    [{ say: 'turn', id: 7 }],
    [{ say: 'turn', id: 7 }],
    [],
  ])
})

it('the last answers of those that ended are kept, of the fifty that ended last', () => {
  const asker = connect()
  for (let n = 0; n < 60; n++) {
    const line = connect()
    board.take(asker, { say: 'ask', id: n, topic: 'metrics' })
    answer(line, `of ${n}`)
    board.disconnect(line)
  }
  board.take(asker, { say: 'ask', id: 60, topic: 'metrics' })
  answer(asker, 'own')
  const departed = Array.from({ length: 50 }, (_, n) => `of ${n + 10}`)
  expect(answersTo(asker).at(-1)).toEqual({ say: 'answers', id: 60, answers: ['own'], departed })
})
