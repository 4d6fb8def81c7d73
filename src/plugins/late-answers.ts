import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import fp from 'fastify-plugin'

/**
 * Once a request was answered because its time was over, what its handler still returns is dropped, and what it throws is
 * logged.
 */
export const lateAnswers = fp(
  async (app) => {
    app.addHook('onRoute', (route) => {
      const { handler } = route
      route.handler = function answerInTime(this, request, reply) {
        const answer = handler.call(this, request, reply) as unknown
        return answer instanceof Promise ? inTime(answer, request, reply) : answer
      } as RouteHandlerMethod
    })
  },
  { name: 'late-answers' },
)

async function inTime(answer: Promise<unknown>, { log }: FastifyRequest, reply: FastifyReply) {
  try {
    const payload = await answer
    return reply.sent ? undefined : payload
  } catch (err) {
    if (!reply.sent) throw err
    log.warn({ err }, 'failed after it was answered')
    return undefined
  }
}
