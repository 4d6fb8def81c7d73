import fp from 'fastify-plugin'

/** Once the server is about to stop, asks clients to open their next connection elsewhere. */
export const drain = fp(
  async (app, { isDraining }: { isDraining: () => boolean }) => {
    app.addHook('onRequest', (_request, reply, done) => {
      if (isDraining()) reply.header('connection', 'close')
      done()
    })
  },
  { name: 'drain' },
)
