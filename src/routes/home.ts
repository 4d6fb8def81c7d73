import type { FastifyPluginAsync } from 'fastify'
import { acceptsHtml } from '../domain/accepted-type.ts'
import { PUBLIC } from '../plugins/access.ts'
import { PLAIN_PAGE_HEADERS, plainPage } from './plain-page.ts'

interface HomeRoutesOptions {
  version: string
  /** Whether there is a page to browse the API. */
  docs: boolean
}

/** Says what runs at this address: as a page to browsers, which is the console where there is one, as JSON to others. */
export const homeRoutes: FastifyPluginAsync<HomeRoutesOptions> = async (app, { version, docs }) => {
  // Relative links: a proxy may serve all of this below a path.
  const links: [name: string, path: string, words: string][] = [
    ...(docs ? [['docs', 'docs', 'Browse the API'] as [string, string, string]] : []),
    ['openapi', 'openapi.json', 'The API as an OpenAPI document'],
    ['health', 'health/endtoend', 'Whether the service works'],
  ]
  const page = pageOf(version, links)
  const json = {
    name: 'quay-robots',
    version,
    ...Object.fromEntries(links.map(([name, path]) => [name, `/${path}`])),
  }

  app.get('/', {
    config: { access: PUBLIC },
    schema: { hide: true },
    handler: async ({ headers }, reply) => {
      reply.headers({ vary: 'accept', 'x-content-type-options': 'nosniff' })
      if (!acceptsHtml(headers.accept)) return json
      if (app.sendConsole) return app.sendConsole(reply)
      return reply.headers(PLAIN_PAGE_HEADERS).send(page)
    },
  })
}

const pageOf = (version: string, links: [name: string, path: string, words: string][]) =>
  plainPage(`<h1>quay-robots ${version}</h1>
<p>Robot accounts for container registries, in the API of Quay.</p>
<ul>
${links.map(([, path, words]) => `<li><a href="${path}">${words}</a></li>`).join('\n')}
</ul>`)
