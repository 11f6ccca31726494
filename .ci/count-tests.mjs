/** Prints "N passed, N failed" from a Vitest JSON report; a file that could not be loaded counts as one failed test. */

import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
const failed = report.numFailedTests + unloaded.length;

process.stdout.write(`${report.numPassedTests} passed, ${failed} failed\n`);
process.exitCode = report.numPassedTests > 0 ? 0 : 1;
