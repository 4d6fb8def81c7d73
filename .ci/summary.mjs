// node .ci/summary.mjs REPORT.json… [FAILED-STEP…]
// Names what failed, adds up vitest's reports and ends with one line that counts; fails when anything did.
import { readFileSync } from 'node:fs'

const words = process.argv.slice(2)
const reports = words.filter((word) => word.endsWith('.json'))
const failedSteps = words.filter((word) => !word.endsWith('.json'))
const total = { passed: 0, failed: 0, skipped: 0 }
const problems = failedSteps.map((step) => `failed: ${step}`)

for (const file of reports) {
  let report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    problems.push(`no test report: ${file}`)
    continue
  }
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests
  total.skipped += report.numPendingTests + report.numTodoTests
  if (report.numPassedTests === 0) problems.push(`no test passed: ${file}`)
  // Files that could not even be loaded hold no test that could count as failed.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  total.failed += broken.length
  problems.push(...broken.map(({ name }) => `could not run: ${name}`))
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status !== 'failed') continue
      problems.push(`failed in ${file}: ${name}: ${fullName}\n${failureMessages.join('\n')}`)
    }
  }
}

for (const problem of problems) process.stdout.write(`${problem}\n`)
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`)
process.exitCode = problems.length > 0 || total.failed > 0 ? 1 : 0
