import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** With or without parameters. */
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;|$)/i

interface FormOptions {
  /** Whether what was read before is read still: JSON. */
  besideJson?: boolean
  /** Whether bodies of other types count as none; else they are refused (415). */
  ignoreOthers?: boolean
}

/**
 * Reads forms and, unless told otherwise, nothing else, in the plugin that calls this and its children. A parameter
 * without a value counts as not sent (RFC 6749 §3.2); one that is sent several times becomes the list of its values.
 */
export function readForms(
  app: FastifyInstance,
  { besideJson = false, ignoreOthers = false }: FormOptions = {},
) {
  if (!besideJson) app.removeAllContentTypeParsers()
  app.addContentTypeParser(FORM_TYPE, async (request: FastifyRequest, body: Readable) =>
    parseForm(String(await app.readBody(request, body))),
  )
  if (ignoreOthers) {
    app.addContentTypeParser('*', async (request: FastifyRequest, body: Readable) => {
      await app.readBody(request, body)
    })
  }
}

function parseForm(text: string) {
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields.get(name)
    if (Array.isArray(known)) known.push(value)
    else if (value !== '') fields.set(name, known === undefined ? value : [known, value])
  }
  return Object.fromEntries(fields)
}
