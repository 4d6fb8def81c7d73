import { describe, expect, it } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import { auditEntries } from '../helpers/rows.ts'
import { startStage } from '../helpers/stage.ts'
import { INSTALLATION_WEBHOOKS, WEBHOOKS, webhookStage } from './webhook-stage.ts'

const { stage, alice, root, receiver, webhook } = webhookStage()

const URL_OF_TARGET = 'https://hooks.example.com/T0/secret'
const wanted = { url: URL_OF_TARGET, events: ['robot.disabled'] }

describe.each([
  ['an organization', WEBHOOKS, alice, 'acme'],
  ['the installation', INSTALLATION_WEBHOOKS, root, null],
] as const)('a webhook of %s', (_, path, client, namespaceName) => {
  it('is made, shown, changed and deleted; its secret is shown once', async () => {
    const { body: made } = await client()
      .post(path, { ...wanted, description: 'To security' })
      .expect(201)
    const { secret, ...shown } = made
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(shown).toEqual({
      id: expect.any(String),
      ...wanted,
      description: 'To security',
      enabled: true,
      created: expect.any(String),
      previous_secret_until: null,
    })
    expect((await client().get(`${path}/${made.id}`).expect(200)).body).toEqual(shown)
    expect((await client().get(path).expect(200)).body).toEqual({ webhooks: [shown] })
    const change = { enabled: false, events: ['secret.revealed', 'admin.added'] }
    const { body: changed } = await client().patch(`${path}/${made.id}`, change).expect(200)
    expect(changed).toEqual({ ...shown, ...change })
    await client().delete(`${path}/${made.id}`).expect(204)
    expect((await client().get(path)).body).toEqual({ webhooks: [] })
    await client().get(`${path}/${made.id}`).expect(404)
  })

  it('is listed behind those that were made before', async () => {
    const urls = ['z', 'a', 'm'].map((name) => `https://${name}.example.com/`)
    for (const url of urls)
      await client()
        .post(path, { ...wanted, url })
        .expect(201)
    const { body } = await client().get(path).expect(200)
    expect(body.webhooks.map(({ url }: { url: string }) => url)).toEqual(urls)
  })

  it('stands in the log when it is made, changed and deleted, without the path of its target', async () => {
    const { body: made } = await client().post(path, wanted).expect(201)
    await client().patch(`${path}/${made.id}`, { enabled: true }).expect(200)
    await client().patch(`${path}/${made.id}`, { enabled: false }).expect(200)
    await client().post(`${path}/${made.id}/secret`).expect(200)
    await client().delete(`${path}/${made.id}`).expect(204)
    const entries = (await auditEntries(stage().db)).filter(({ kind }) => kind.includes('webhook'))
    const about = { namespaceName, metadata: { webhook: made.id, host: 'hooks.example.com' } }
    expect(entries).toMatchObject([
      { kind: 'create_webhook', ...about },
      { kind: 'change_webhook', ...about },
      { kind: 'rotate_webhook_secret', ...about },
      { kind: 'delete_webhook', ...about },
    ])
    expect(JSON.stringify(entries)).not.toContain('/T0')
  })

  it('is one of twenty, also where many are made at once', async () => {
    for (let n = 0; n < 18; n++) await client().post(path, wanted).expect(201)
    const last = await Promise.all(Array.from({ length: 6 }, () => client().post(path, wanted)))
    expect(last.map(({ status }) => status).sort()).toEqual([201, 201, 400, 400, 400, 400])
    const refused = last.find(({ status }) => status === 400)
    expect(refused?.body.message).toContain('20 webhooks')
  })

  it('is not there for others', async () => {
    const { id } = await webhook(['robot.disabled'], receiver().url, path, client())
    const [elsewhere, other] =
      namespaceName === null
        ? ([WEBHOOKS, alice()] as const)
        : ([INSTALLATION_WEBHOOKS, root()] as const)
    await other.get(`${elsewhere}/${id}`).expect(404)
    await other.patch(`${elsewhere}/${id}`, { enabled: false }).expect(404)
    await other.delete(`${elsewhere}/${id}`).expect(404)
    await other.post(`${elsewhere}/${id}/secret`).expect(404)
    await other.get(`${elsewhere}/${id}/deliveries`).expect(404)
    await other.post(`${elsewhere}/${id}/deliveries/${id}/redeliver`).expect(404)
    await client().get(`${path}/${id}`).expect(200)
  })
})

it('webhooks are for administrators of the organization, and for superusers', async () => {
  await stage().people('mallory')
  const mallory = await stage().client('mallory', 'org:admin', 'user:admin')
  const weak = await stage().client('alice', 'user:admin', 'repo:admin')
  for (const client of [mallory, weak]) {
    await client.get(WEBHOOKS).expect(403)
    await client.post(WEBHOOKS, wanted).expect(403)
  }
  await alice().get(INSTALLATION_WEBHOOKS).expect(403)
  await alice().post(INSTALLATION_WEBHOOKS, wanted).expect(403)
})

it.each([
  [{ ...wanted, url: 'https://10.0.0.7/hook' }, 'URL points to a private or reserved IP address'],
  [{ ...wanted, url: 'https://[::1]/hook' }, 'private or reserved'],
  [{ ...wanted, url: 'https://169.254.169.254/latest' }, 'private or reserved'],
  [{ ...wanted, url: 'https://localhost/hook' }, "Hostname 'localhost' is not allowed"],
  [{ ...wanted, url: 'https://queue.svc.internal' }, 'is not allowed'],
  [{ ...wanted, url: 'http://hooks.example.com' }, 'only HTTPS is allowed'],
  [{ ...wanted, url: 'https://me:pw@hooks.example.com' }, 'embedded credentials'],
  [{ ...wanted, url: 'hooks.example.com' }, 'is no URL'],
  [{ ...wanted, url: `https://hooks.example.com/${'x'.repeat(2048)}` }, 'at most 2048'],
  [{ ...wanted, events: [] }, 'events'],
  [{ ...wanted, events: ['robot.exploded'] }, 'events'],
  [{ ...wanted, secret: 'whsec_mine' }, "unknown key 'secret'"],
  [{ events: ['robot.disabled'] }, 'url'],
])('is refused: %j', async (body, problem) => {
  for (const [client, path] of [
    [alice(), WEBHOOKS],
    [root(), INSTALLATION_WEBHOOKS],
  ] as const) {
    const { status, body: answer } = await client.post(path, body)
    expect([status, answer.error_message]).toEqual([400, expect.stringContaining(problem)])
  }
  expect(await stage().db.webhook.count()).toBe(0)
})

it('says where else targets may be let in, and lets nobody point one inward later', async () => {
  const { id } = await webhook(['robot.disabled'])
  const { body } = await alice().patch(`${WEBHOOKS}/${id}`, { url: 'https://10.1.2.3' }).expect(400)
  expect(body.error_message).toContain('`webhooks.allowed`')
  await alice().post(`${WEBHOOKS}/${id}/secret?grace=31d`).expect(400)
  await alice().post(`${WEBHOOKS}/${id}/secret?grace=soon`).expect(400)
})

it('hosts that issuers may have are let in for issuers alone', async () => {
  const strict = await startStage({
    config: { oidcAllowedHosts: parseAllowedHosts(['10.0.0.0/8']) },
  })
  try {
    await strict.superusers('root')
    const client = await strict.client('root', 'super:user')
    await client.post(INSTALLATION_WEBHOOKS, { ...wanted, url: 'https://10.0.0.7' }).expect(400)
  } finally {
    await strict.close()
  }
})
