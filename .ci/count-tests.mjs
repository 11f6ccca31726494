/**
 * Prints "N passed, N failed" from a Vitest JSON report, and the names of the failed on stderr; a file that could not
 * be loaded counts as one failed test.
 */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failed = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
  const file = relative(process.cwd(), name);
  const tests = assertionResults
    .filter((test) => test.status === 'failed')
    .map(({ fullName, failureMessages }) => `${file}: ${fullName}\n${failureMessages.join('\n')}`);
  return status === 'failed' && assertionResults.length === 0 ? [`${file}: ${message}`] : tests;
});

for (const test of failed) process.stderr.write(`FAILED: ${test.slice(0, 2_000)}\n`);
process.stdout.write(`${report.numPassedTests} passed, ${failed.length} failed\n`);
process.exitCode = report.numPassedTests > 0 ? 0 : 1;
