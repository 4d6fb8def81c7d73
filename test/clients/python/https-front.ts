import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { listenOnLoopback } from '../../helpers/loopback-server.ts'

export type HttpsFront = Awaited<ReturnType<typeof startHttpsFront>>

/** A proxy that ends TLS before a service, with a certificate of its own: some clients speak nothing else. */
export async function startHttpsFront(url: string) {
  const { key, certificate } = await makeCertificate()
  const server = createServer({ key, cert: certificate }, (incoming, outgoing) => {
    const { method, headers } = incoming
    const inner = request(new URL(incoming.url ?? '', url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    inner.on('error', () => outgoing.destroy())
    incoming.pipe(inner)
  })
  const { port, close } = await listenOnLoopback(server)
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-front-'))
  const certificateFile = join(folder, 'ca.pem')
  await writeFile(certificateFile, certificate)
  return {
    host: `127.0.0.1:${port}`,
    /** What clients have to trust. */
    certificateFile,
    async close() {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function makeCertificate() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=127.0.0.1',
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
      new x509.BasicConstraintsExtension(true, undefined, true),
    ],
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    certificate: certificate.toString('pem'),
  }
}
