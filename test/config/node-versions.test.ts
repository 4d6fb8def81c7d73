import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

interface Semver {
  satisfies(version: string, range: string): boolean
}

const { satisfies } = createRequire(import.meta.url)('semver') as Semver

interface Package {
  engines?: { node?: string }
  optional?: boolean
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Package>
}

// The oldest of each line that README.md names, and what is current.
test.each(['20.19.0', '22.13.0', '24.0.0', '26.0.0'])(
  'npm ci warns of no package on Node %s',
  (version) => {
    expect(packages['']?.engines?.node).toSatisfy((range: string) => satisfies(version, range))
    const refusing = Object.entries(packages).filter(
      ([, { engines, optional }]) =>
        !optional && engines?.node !== undefined && !satisfies(version, engines.node),
    )
    expect(refusing.map(([name, { engines }]) => `${name} ${engines?.node}`)).toEqual([])
  },
)

test.each(['18.20.0', '20.18.0', '22.12.0', '23.11.0'])(
  'Node %s, on which it would warn, is not said to be supported',
  (version) => {
    expect(satisfies(version, packages['']?.engines?.node ?? '*')).toBe(false)
  },
)
