import { existsSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { acceptsHtml } from '../domain/accepted-type.ts'
import { PUBLIC } from './access.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers with the page that every address of the console begins with; null where there is no console. */
    sendConsole: ((reply: FastifyReply) => FastifyReply) | null
  }
}

/** Where the build of the console puts it: beside what the build of the service makes. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../console', import.meta.url))

const PAGE = 'index.html'
/** Names in it have a hash of what is in them. */
const ASSETS = 'assets'
const COMPRESSED = /\.(br|gz)$/

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

const KEPT_FOR_EVER = 'public, max-age=31536000, immutable'
/** Kept, and asked for again each time, as an upgrade changes it. */
const ASKED_AGAIN = 'no-cache'

interface ConsoleOptions {
  folder: string
  isOn: boolean
}

/**
 * Serves the console, where it was built: its files, and its page to browsers that ask for any path which is none of the
 * service's. To be registered before the routes and what answers unknown requests.
 */
export const consolePages = fp(
  async (app, { folder, isOn }: ConsoleOptions) => {
    const isThere = isOn && existsSync(`${folder}/${PAGE}`)
    const send = (reply: FastifyReply) => reply.header('vary', 'accept').sendFile(PAGE)
    app.decorate('sendConsole', isThere ? send : null)
    if (!isThere) return

    await app.register(fastifyStatic, {
      root: folder,
      serve: false,
      preCompressed: true,
      cacheControl: false,
      // Of files alone: a 404 of a server of another version is not to be kept.
      setHeaders(reply, path) {
        const isKept = path.startsWith(join(folder, ASSETS, sep))
        reply.headers({ ...HEADERS, 'cache-control': isKept ? KEPT_FOR_EVER : ASKED_AGAIN })
      },
    })

    const files = readdirSync(folder, { withFileTypes: true })
      .filter((file) => file.isFile() && file.name !== PAGE && !COMPRESSED.test(file.name))
      .map(({ name }) => name)
    const options = { config: { access: PUBLIC }, schema: { hide: true } }
    for (const name of files) {
      app.get(`/${name}`, options, (_request, reply) => reply.sendFile(name))
    }
    app.get(`/${ASSETS}/*`, options, (request, reply) => {
      const { '*': name } = request.params as { '*': string }
      return reply.sendFile(`${ASSETS}/${name}`)
    })

    // Addresses of the console are those whose first name no route of the service has.
    const taken = new Set<string>()
    app.addHook('onRoute', ({ url }) => void taken.add(firstNameOf(url)))
    app.addHook('onRequest', (request, reply, done) => {
      const isOurs = request.is404 && asksForPage(request) && !taken.has(firstNameOf(request.url))
      if (isOurs) send(reply)
      else done()
    })
  },
  { name: 'console' },
)

const firstNameOf = (url: string) => /^\/([^/?#]*)/.exec(url)?.[1] ?? ''

const asksForPage = ({ method, headers }: FastifyRequest) =>
  (method === 'GET' || method === 'HEAD') && acceptsHtml(headers.accept)
