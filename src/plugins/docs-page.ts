import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { PUBLIC } from './access.ts'
import { createOpenApiAnswer } from './openapi-answer.ts'

/** Puts the cursor into the first field of the dialog for credentials, the one that most callers need, not the last. */
const FOCUS = `
new MutationObserver(() => {
  const dialog = document.querySelector('.auth-container')?.closest('.modal-ux')
  if (!dialog || dialog.dataset.focused) return
  dialog.dataset.focused = 'once'
  setTimeout(() => dialog.querySelector('input')?.focus())
}).observe(document.documentElement, { childList: true, subtree: true })
`

/** The document as a page to browse; all its files come with the package. */
export async function docsPage(app: FastifyInstance) {
  const answerOpenApi = createOpenApiAnswer(app)
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: PUBLIC }
    if (route.url === '/docs/json') route.handler = answerOpenApi
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // A browser would ask for the files of the page over https, which a service on a LAN has not.
    transformStaticCSP: (policy) => policy.replace(/\s*upgrade-insecure-requests;?/, ''),
    theme: { js: [{ filename: 'focus.js', content: FOCUS }] },
  })
}
