import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import { withLock } from '../store/lock.ts';
import type { Check } from './checks-file.ts';
import { DEFAULT_CHECKS_FILE, readChecks } from './checks-file.ts';
import type { Target } from './options.ts';
import { folderOf, readRecord } from './record.ts';
import { runCheck } from './run-check.ts';
import { urlOf } from './service.ts';

/**
 * Runs the checks that the product's repository declares at `revision`, one after the other, in their order.
 * Throws `Environment.ChecksMissing` or `Environment.ChecksInvalid`: without checks nothing can be judged, which is
 * trouble for operators, never a pass and never a fail of the task.
 */
export async function runStagingChecks(target: Target, revision: string): Promise<CheckResult[]> {
  const { options, name } = target;
  const folder = folderOf(options.root, name);
  const checks = await declaredChecks(target, revision);
  const record = await readRecord(folder);
  if (!record) return checks.map((check) => failed(check, `Nothing was ever deployed to ${name}`));
  const limitMs = checks.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds * 1_000, 60_000);
  return withLock(folder.checks, () => runAll(target, checks, { revision, url: urlOf(record) }), { waitMs: limitMs });
}

async function runAll(
  { options, definition, name }: Target,
  checks: Check[],
  { revision, url }: { revision: string; url: string },
): Promise<CheckResult[]> {
  const { checks: folder } = folderOf(options.root, name);
  const [cwd, logs] = [join(folder, 'checkout'), join(folder, 'logs')];
  const results: CheckResult[] = [];
  try {
    for (const old of [cwd, logs]) await rm(old, { recursive: true, force: true });
    await mkdir(cwd, { recursive: true });
    if (checks.some(({ kind }) => kind === 'command')) await options.checkout(definition.project, revision, cwd);
    for (const check of checks) {
      results.push(await runCheck(check, { url, environment: name, revision, cwd, env: options.env, logs }));
    }
    return results;
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

async function declaredChecks({ options, definition }: Target, revision: string): Promise<Check[]> {
  const { project, checksFile = DEFAULT_CHECKS_FILE } = definition;
  const where = `${checksFile} of ${project} at ${revision.slice(0, 12)}`;
  const text = await options.readFile(project, revision, checksFile);
  if (text === undefined) {
    throw new PortError('Environment.ChecksMissing', `There is no ${where}: add it with at least one check.`, 'config');
  }
  const read = readChecks(text);
  if (read.kind === 'valid') return read.checks;
  throw new PortError('Environment.ChecksInvalid', `Cannot use ${where}: ${read.problems.join('; ')}.`, 'config');
}

function failed({ id, category }: Check, detail: string): CheckResult {
  return { id, category, outcome: 'fail', detail };
}
