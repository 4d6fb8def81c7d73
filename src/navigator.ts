/**
 * Node's name for itself, which Node 20 lacks: `pg` asks it first which platform it runs on, and without
 * it loads all of Node's `fetch` to find out (a tenth of the start).
 */
const runtime = globalThis as { navigator?: { userAgent: string } }
runtime.navigator ??= { userAgent: `Node.js/${process.versions.node}` }
