// Reads vitest's JSON report for .ci/run: `--counts` prints "passed failed", `--failures` each failed test with its reason.
import { readFileSync } from 'node:fs';

const [, , what, file] = process.argv;
const report = JSON.parse(readFileSync(file, 'utf8'));

if (what === '--counts') {
  console.log(report.numPassedTests, report.numFailedTests);
} else {
  for (const { name, status, message, assertionResults } of report.testResults) {
    if (status === 'passed') continue;
    if (message) console.log(`FAILED: ${name}\n  ${message.slice(0, 2000)}`);
    for (const test of assertionResults) {
      if (test.status !== 'failed') continue;
      console.log(`FAILED: ${name}\n  ${test.fullName}\n  ${test.failureMessages.join('\n').slice(0, 2000)}`);
    }
  }
}
