import type { TestProject } from 'vitest/node'
import { canRunContainerd } from './containerd.ts'
import { type GoPrograms, installGoPrograms } from './go-programs.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Undefined without Go. */
    goPrograms: GoPrograms | undefined
    hasContainerd: boolean
  }
}

/** What this machine can try; CI has to try everything. */
export async function setup({ provide }: TestProject) {
  const goPrograms = await installGoPrograms()
  const hasContainerd = await canRunContainerd()
  const missing = [
    ...(goPrograms
      ? []
      : ['crane, oras and regctl are not tried: there is no Go (https://go.dev)']),
    ...(hasContainerd
      ? []
      : ["containerd is not tried: it needs root, and Debian's packages containerd and runc"]),
  ]
  if (missing.length > 0 && process.env.CI === 'true') throw new Error(missing.join('\n'))
  for (const line of missing) process.stderr.write(`${line}\n`)
  provide('goPrograms', goPrograms)
  provide('hasContainerd', hasContainerd)
}
