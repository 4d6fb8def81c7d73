/** What this project uses of the tool; the format of the transcripts is that of the tool. */
declare module '*/replay-golden.mjs' {
  export interface Issuer {
    name: string
    scheme?: 'http' | 'https'
  }

  export interface World {
    users: { username: string; password: string; email: string }[]
    superusers: string[]
    organizations: { name: string; owner: string }[]
    config: Record<string, string | boolean>
    issuers?: Issuer[]
  }

  export interface TokenSpec {
    user: string
    scopes: string[]
    expired?: boolean
  }

  export interface Step {
    method: string
    /** With the query. */
    path: string
  }

  export interface Scenario {
    id: string
    title: string
    steps: Step[]
  }

  export interface Transcript {
    topic: string
    tokens?: Record<string, TokenSpec>
    scenarios: Scenario[]
  }

  export interface Surroundings {
    tokenFor(name: string): Promise<string>
    issuerUrl?(name: string): string
  }

  export interface Adapter {
    reset(): Promise<void>
    setup(world: World, context: { tokens: Record<string, TokenSpec> }): Promise<Surroundings>
  }

  export interface Failure {
    /** From 1. */
    step: number
    request: string
    as: unknown
    /** Whether a better answer than the recorded one was expected. */
    deviation: boolean
    note?: string
    diffs: string[]
    /** The body that came. */
    got?: string
  }

  /** The world of a scenario: that of its transcript, with what the scenario replaces. */
  export function worldOf(transcript: Transcript, scenario: Scenario): World

  export function runScenario(
    transcript: Transcript,
    scenario: Scenario,
    adapter: Adapter,
    options: { baseUrl: string; profile: 'documented' | 'live'; timeout?: number },
  ): Promise<{ failures: Failure[] }>

  export function startLocalIssuers(
    issuers: Issuer[],
    options: { host: string },
  ): Promise<{ issuerUrl(name: string): string; close(): Promise<void> }>
}
