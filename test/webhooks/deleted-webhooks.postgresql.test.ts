import { expect, it } from 'vitest'
import { sendDuring } from '../helpers/held-rows.ts'
import { webhookStage } from './webhook-stage.ts'

// A webhook that is deleted just now fails nothing of which it would have been told.

const { time, stage, alice, webhook } = webhookStage()

const ROBOT = '/api/v1/organization/acme/robots/ci'

it.each<[string, string, () => PromiseLike<unknown>]>([
  [
    'a change',
    'robot.disabled',
    async () => (await alice().patch(ROBOT, { enabled: false })).status,
  ],
  [
    'what time brings',
    'robot.unused',
    () =>
      stage()
        .services.notices.runNow()
        .then(() => 200),
  ],
])('%s is written', async (_, event, work) => {
  await stage().robot('acme+ci')
  const { id } = await webhook([event])
  const { id: other } = await webhook([event])
  time.pass(95 * 86_400)
  const others = {
    hold: `SELECT FROM webhooks WHERE id = '${id}' FOR UPDATE`,
    change: `DELETE FROM webhooks WHERE id = '${id}'`,
  }
  expect(await sendDuring(stage(), others, work)).toEqual({ waited: true, answer: 200 })
  const written = await stage().db.webhookDelivery.findMany({ select: { webhookId: true } })
  expect(written).toEqual([{ webhookId: other }])
})
