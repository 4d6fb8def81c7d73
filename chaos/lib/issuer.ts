import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** An issuer that answers, never answers (`silent`), or sends all to another address. */
export async function startIssuer(behaviour?: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }
  const server: Server = createServer((request, response) => {
    if (behaviour === 'silent' || request.url === '/slow') return
    if (behaviour) response.writeHead(302, { location: behaviour }).end()
    else if (request.url === '/keys') response.end(JSON.stringify({ keys: [jwk] }))
    else response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** A token that claims to be of any issuer. */
  const mintAs = (issuer: string) =>
    new SignJWT({ sub: 'job', iss: issuer })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)

  return {
    url,
    mint: () => mintAs(url),
    mintAs,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
