import { expect, it } from 'vitest'
import { sendDuring } from '../helpers/held-rows.ts'
import { startStage } from '../helpers/stage.ts'

it('robots that are being made count, though the database does not know of them yet', async () => {
  const limits = { repositories: 4, teams: 4, organizations: 4, robotApiTokens: 4 }
  const stage = await startStage({
    config: { limits: { ...limits, robots: 4, tokenLifetime: 31_536_000 } },
  })
  try {
    await stage.people('alice')
    const owner = await stage.organization()
    const alice = await stage.client('alice', 'org:admin')
    const make = (n: number) => alice.put(`/api/v1/organization/${owner}/robots/bot${n}`)
    for (let n = 0; n < 2; n++) await make(n).expect(201)
    const hold = `SELECT 1 FROM namespaces WHERE name = '${owner}' FOR UPDATE`
    // Long enough for all four to have asked how many there are, if they did not wait.
    const change = 'SELECT pg_sleep(0.2)'
    const { waited, answer } = await sendDuring(stage, { hold, change }, () =>
      Promise.all([2, 3, 4, 5].map(make)),
    )
    expect(waited).toBe(true)
    expect(answer.map(({ status }) => status).sort()).toEqual([201, 201, 400, 400])
  } finally {
    await stage.close()
  }
})
