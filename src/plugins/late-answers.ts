import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import fp from 'fastify-plugin'

/**
 * What comes of a request after it was answered, since its time was over, is nobody's answer: an error is noted, and
 * anything else forgotten.
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
