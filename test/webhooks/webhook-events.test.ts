import { describe, expect, it } from 'vitest'
import { INSTALLATION_WEBHOOKS, webhookStage } from './webhook-stage.ts'

const { time, stage, alice, root, receiver, webhook, deliver, verified } = webhookStage()

const ORGANIZATION = '/api/v1/organization/acme'
const ROBOT = `${ORGANIZATION}/robots/ci`

/** The events that a change makes, as the receiver has them. */
async function eventsOf(type: string, change: () => Promise<unknown>) {
  const { secret } = await webhook([type])
  await change()
  await deliver()
  return receiver().received.map((one) => verified(secret, one))
}

const entry = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/web:ref:refs/heads/main',
  audiences: ['quay'],
}

describe('a webhook is told', () => {
  it('when a robot is disabled, and not when it is enabled or described', async () => {
    await stage().robot('acme+ci')
    const events = await eventsOf('robot.disabled', async () => {
      await alice().patch(ROBOT, { description: 'CI' }).expect(200)
      await alice().patch(ROBOT, { enabled: false, reason: 'leaked' }).expect(200)
      await alice().patch(ROBOT, { enabled: true }).expect(200)
    })
    expect(events).toEqual([
      {
        type: 'robot.disabled',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        data: {
          namespace: 'acme',
          performer: 'alice',
          ip: '127.0.0.1',
          robot: 'acme+ci',
          reason: 'leaked',
        },
      },
    ])
  })

  it('when what a robot trusts is changed, by list, by entry, and by record of an issuer', async () => {
    await stage().robot('acme+ci')
    const record = { issuer: 'https://issuer.example.com', jwks: { keys: [PUBLIC_KEY] } }
    const events = await eventsOf('federation.changed', async () => {
      await alice().post(`${ROBOT}/federation`, [entry]).expect(201)
      await alice()
        .post(`${ROBOT}/federation/entries`, { ...entry, subject: 'x' })
        .expect(201)
      await alice().delete(`${ROBOT}/federation`).expect(204)
      await alice().put(`${ORGANIZATION}/issuers/prod`, record).expect(200)
      await alice().delete(`${ORGANIZATION}/issuers/prod`).expect(204)
    })
    const { issuer } = record
    expect(events.map(({ data }) => data)).toMatchObject([
      { robot: 'acme+ci', change: 'changed' },
      { robot: 'acme+ci', change: 'changed' },
      { robot: 'acme+ci', change: 'deleted' },
      { issuer_record: 'prod', issuer, change: 'created' },
      { issuer_record: 'prod', issuer, change: 'deleted' },
    ])
  })

  it('when somebody becomes an administrator', async () => {
    await stage().people('bob')
    const events = await eventsOf('admin.added', async () => {
      await alice().put(`${ORGANIZATION}/team/devs`, { role: 'member' }).expect(200)
      await alice().put(`${ORGANIZATION}/team/devs/members/bob`).expect(200)
      await alice().put(`${ORGANIZATION}/team/owners/members/bob`).expect(200)
      await alice().put(`${ORGANIZATION}/team/devs`, { role: 'admin' }).expect(200)
    })
    expect(events.map(({ data }) => data)).toMatchObject([
      { member: 'bob', team: 'owners' },
      { member: null, team: 'devs' },
    ])
  })

  it('when tokens are made for its robots and applications, but not when a program gets one', async () => {
    await stage().robot('acme+ci')
    const { body: application } = await alice()
      .post(`${ORGANIZATION}/applications`, { name: 'deploy', scopes: ['org:admin'] })
      .expect(200)
    const events = await eventsOf('token.created', async () => {
      const token = { name: 'nightly', scope: 'org:admin', expiration: 3600 }
      await alice().post(`${ROBOT}/tokens`, token).expect(200)
      await alice()
        .post(`${ORGANIZATION}/applications/${application.client_id}/tokens`, {
          name: 'weekly',
          scope: 'org:admin',
        })
        .expect(200)
      const { client_id, client_secret } = application
      await fetch(`${stage().url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
      })
    })
    expect(events.map(({ data }) => data)).toMatchObject([
      { kind: 'robot', owner: 'acme+ci', name: 'nightly', scopes: ['org:admin'] },
      { kind: 'application', owner: 'acme', name: 'weekly', application: 'deploy' },
    ])
  })

  it('when secrets are shown, and never holds one', async () => {
    const token = await stage().robot('acme+ci')
    const events = await eventsOf('secret.revealed', async () => {
      await alice().get(ROBOT).expect(200)
      await alice().get(ROBOT).expect(200)
      await alice().get(`${ROBOT}/credentials/env`).expect(200)
      await alice().get(`${ORGANIZATION}/robots?token=true`).expect(200)
    })
    expect(events.map(({ data }) => data)).toMatchObject([
      { secret: 'robot', robot: 'acme+ci', times: 1 },
      { secret: 'robot', robot: 'acme+ci', format: 'env' },
      { secret: 'robots' },
    ])
    expect(JSON.stringify(receiver().received)).not.toContain(token)
  })

  it('how often a secret was shown again since the event before', async () => {
    await stage().robot('acme+ci')
    const events = await eventsOf('secret.revealed', async () => {
      for (let times = 0; times < 3; times++) await alice().get(ROBOT).expect(200)
      time.pass(60)
      await alice().get(ROBOT).expect(200)
    })
    expect(events.map(({ data }) => data.times)).toEqual([1, 3])
  })

  it('which secret of an application or a user was shown', async () => {
    const application = { name: 'deploy', scopes: ['org:admin'] }
    const { body: made } = await alice().post(`${ORGANIZATION}/applications`, application)
    const { body: laptop } = await alice().post('/api/v1/user/apptoken', { title: 'laptop' })
    const { secret } = await webhook(
      ['secret.revealed'],
      ...([receiver().url, INSTALLATION_WEBHOOKS, root()] as const),
    )
    await alice().get(`${ORGANIZATION}/applications/${made.client_id}`).expect(200)
    await alice().get(`${ORGANIZATION}/applications`).expect(200)
    await alice().get(`/api/v1/user/apptoken/${laptop.token.uuid}`).expect(200)
    await deliver()
    const about = { performer: 'alice', ip: '127.0.0.1', times: 1 }
    const { client_id } = made
    expect(receiver().received.map((one) => verified(secret, one).data)).toEqual([
      {
        ...{ ...about, namespace: 'acme', secret: 'application' },
        ...{ application_name: 'deploy', client_id },
      },
      { ...about, namespace: 'acme', secret: 'applications' },
      {
        ...{ ...about, namespace: 'alice', secret: 'app_specific_token' },
        app_specific_token_title: 'laptop',
      },
    ])
  })

  it('when a record of an issuer is changed, and when a user makes a token for programs', async () => {
    const { secret } = await webhook(
      ['federation.changed', 'token.created'],
      ...([receiver().url, INSTALLATION_WEBHOOKS, root()] as const),
    )
    const record = { issuer: 'https://issuer.example.com', jwks: { keys: [PUBLIC_KEY] } }
    const path = `${ORGANIZATION}/issuers/prod`
    await alice().put(path, record).expect(200)
    await alice()
      .put(path, { ...record, issuer: 'https://b.example.com' })
      .expect(200)
    await alice().post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
    await deliver()
    expect(receiver().received.map((one) => verified(secret, one).data)).toMatchObject([
      { issuer_record: 'prod', issuer: record.issuer, change: 'created' },
      { issuer_record: 'prod', issuer: 'https://b.example.com', change: 'changed' },
      { namespace: 'alice', kind: 'app_specific', owner: 'alice', name: 'laptop' },
    ])
  })
})

describe('a webhook of the installation', () => {
  it('is told of all namespaces, and of what is in none', async () => {
    const types = ['robot.disabled', 'admin.added', 'token.created']
    const { secret } = await webhook(types, receiver().url, INSTALLATION_WEBHOOKS, root())
    await stage().robot('acme+ci')
    await alice().patch(ROBOT, { enabled: false }).expect(200)
    await alice().put('/api/v1/user/robots/own').expect(200)
    await alice().patch('/api/v1/user/robots/own', { enabled: false }).expect(200)
    await stage().superusers('eve')
    await alice().post('/api/v1/user/tokens', { name: 'x', scope: 'user:admin' }).expect(201)
    await deliver()
    const events = receiver().received.map((one) => verified(secret, one))
    expect(events.map(({ data }) => data)).toMatchObject([
      { namespace: 'acme', robot: 'acme+ci', reason: null },
      { namespace: 'alice', robot: 'alice+own' },
      { namespace: null, performer: null, member: 'eve', team: null },
      { namespace: 'alice', kind: 'user', owner: 'alice', name: 'x' },
    ])
  })

  it('and of an organization are told of nothing that belongs to others', async () => {
    await stage().organization('globex')
    await webhook(['robot.disabled'])
    await stage().robot('globex+ci')
    await alice().patch('/api/v1/organization/globex/robots/ci', { enabled: false }).expect(200)
    await deliver()
    expect(receiver().received).toEqual([])
  })
})

const PUBLIC_KEY = {
  kty: 'EC',
  crv: 'P-256',
  kid: 'k1',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
