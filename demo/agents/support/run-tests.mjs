import { spawnSync } from 'node:child_process';

/** Runs the repository's tests, or one file of them: `green`, or `red` with what they printed. */
export function runTests(file) {
  const args = file ? [file] : ['--test'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? { kind: 'green' } : { kind: 'red', output: stdout + stderr };
}
