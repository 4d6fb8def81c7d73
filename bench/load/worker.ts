import { type Load, runLoad } from './run.ts'

// The load generator, in a process of its own: one load per message, answered by its figures.

process.on('message', (load: Load) => {
  runLoad(load).then(
    (result) => process.send?.({ result }),
    (error) => process.send?.({ error: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
