import { expect, it } from 'vitest'
import { createTelemetry, type TelemetryEvent } from '../../src/domain/telemetry.ts'

it('tells who listens, and nobody before', () => {
  const telemetry = createTelemetry()
  const heard: TelemetryEvent[] = []
  telemetry.record({ event: 'issuer_keys', result: 'failed' })
  telemetry.listen((event) => heard.push(event))
  telemetry.record({ event: 'issuer_keys', result: 'cached' })
  expect(heard).toEqual([{ event: 'issuer_keys', result: 'cached' }])
})
