import { join } from 'node:path';
import type { CheckResult } from '../../../activities/ports.ts';
import { never } from '../../../domain/verdict.ts';
import { run } from '../processes/run.ts';
import type { Check } from './checks-file.ts';
import { get } from './http.ts';

const DETAIL_LIMIT = 1_000;

export type CheckContext = {
  /** The environment's address, without a slash at the end. */
  url: string;
  environment: string;
  revision: string;
  /** A clean checkout that `command` checks run in. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Where the output of `command` checks is kept. */
  logs: string;
};

/** Runs one check to its end. `fail`: the product was seen to be wrong. `error`: the check itself could not be run. */
export async function runCheck(check: Check, context: CheckContext): Promise<CheckResult> {
  const [outcome, detail] = await outcomeOf(check, context);
  return { id: check.id, category: check.category, outcome, detail: detail.slice(0, DETAIL_LIMIT) };
}

type Outcome = [CheckResult['outcome'], string];

async function outcomeOf(check: Check, context: CheckContext): Promise<Outcome> {
  switch (check.kind) {
    case 'http':
      return httpOutcome(check, context);
    case 'command':
      return commandOutcome(check, context);
  }
}

async function httpOutcome(check: Check & { kind: 'http' }, context: CheckContext): Promise<Outcome> {
  const url = check.url ?? `${context.url}${check.path}`;
  const answer = await get(url, check.timeoutSeconds * 1_000);
  if (answer.kind === 'silent') return ['fail', `GET ${url}: ${answer.why}`];
  if (answer.status !== check.expectStatus) {
    return ['fail', `GET ${url} answered ${answer.status}, expected ${check.expectStatus}`];
  }
  if (check.expectBody !== undefined && !answer.body.includes(check.expectBody)) {
    return ['fail', `GET ${url} answered without "${check.expectBody}": ${answer.body.slice(0, 200)}`];
  }
  return ['pass', `GET ${url} answered ${answer.status}`];
}

async function commandOutcome(check: Check & { kind: 'command' }, context: CheckContext): Promise<Outcome> {
  const result = await run({
    command: check.command,
    cwd: context.cwd,
    env: {
      ...context.env,
      URL: context.url,
      ENVIRONMENT: context.environment,
      EXPECTED_REVISION: context.revision,
    },
    logFile: join(context.logs, `${check.id}.log`),
    marker: `check:${context.logs}`,
    timeoutMs: check.timeoutSeconds * 1_000,
  });
  const command = `"${check.command.join(' ')}"`;
  switch (result.kind) {
    case 'exited':
      if (result.code === 0) return ['pass', `${command} ended with 0`];
      return ['fail', `${command} ended with ${result.code}\n${end(result.output)}`];
    case 'signalled':
      return ['fail', `${command} was ended by ${result.signal}\n${end(result.output)}`];
    case 'timed-out':
      return ['fail', `${command} was stopped after its limit of ${result.afterMs} ms\n${end(result.output)}`];
    case 'not-started':
      return ['error', result.output];
    default:
      return never(result);
  }
}

function end(output: string): string {
  return output.slice(-DETAIL_LIMIT / 2);
}
