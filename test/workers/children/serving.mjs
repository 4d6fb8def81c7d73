// A worker that says at once that it serves, and ends when it is told to; FAILS=1: it ends before it serves.
if (process.env.FAILS === '1') process.exit(3)
process.on('SIGTERM', () => process.exit(0))
process.send({ say: 'ready' })
