import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

// tsx scripts/demo-issuer.ts [PORT]
// An OpenID provider for trying federation out on one machine: it vouches for anything it is asked
// for, so nothing but a tour may trust it. GET /token?sub=SUBJECT&aud=AUDIENCE answers an identity
// token, as a CI system gives one to its jobs.

const port = Number(process.argv[2] ?? 9000)
const issuer = `http://127.0.0.1:${port}`
const kid = 'demo'
const { privateKey, publicKey } = await generateKeyPair('ES256')

const answers: Record<string, (query: URLSearchParams) => Promise<string>> = {
  '/.well-known/openid-configuration': async () =>
    JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }),
  '/jwks': async () => JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid }] }),
  '/token': (query) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(issuer)
      .setSubject(query.get('sub') ?? 'demo')
      .setAudience(query.get('aud') ?? 'demo')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey),
}

createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', issuer)
  const answer = answers[url.pathname]
  if (!answer) return response.writeHead(404).end()
  return response.end(await answer(url.searchParams))
}).listen(port, '127.0.0.1', () => process.stdout.write(`demo issuer at ${issuer}\n`))
