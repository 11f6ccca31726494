/**
 * The worker as it is, with faults around its effects: for each `<key> <kind> <effect>.due` in the folder it is given,
 * once. It has everything loaded before it is told to go on, so that whoever restarts it can have the next one ready.
 */

import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { PortError } from '../../activities/port-error.ts';
import type { LocalEvent } from '../../adapters/local/webhook/event.ts';
import type { Faults } from '../../app/worker-parts.ts';
import { openProgram } from '../../app/program.ts';
import { keyOfBranch } from '../../domain/nudge.ts';
import { runProgram } from '../../worker/program.ts';
import type { Effect, Side } from '../e2e/support/effects.ts';
import { aroundEffects } from '../e2e/support/effects.ts';
import { calm } from '../e2e/support/quick.ts';
import type { FaultKind, Webhooks } from './plan.ts';
import { fileOf, SERVER_FILE } from './plan.ts';

const HANGS_MS = 3_000;
const LATE_MS = 1_500;
/** An hour on, the next time an hour back. */
const JUMP_MS = 60 * 60_000;

const [folder = ''] = process.argv.slice(2);
const program = openProgram('worker');
const told = new Promise((resolve) => process.once('message', resolve));
process.send?.('loaded');
await told;

const webhooks = JSON.parse(readFileSync(join(folder, 'webhooks.json'), 'utf8')) as Record<string, Webhooks>;
const clock = Date.now;
let jumpedMs = 0;
Date.now = () => clock() + jumpedMs;

const { ports } = aroundEffects(at);
const faults: Faults = { announce, ...(ports === undefined ? {} : { ports }) };
await runProgram({ ...program, config: calm(program.config) }, { faults });

async function at(side: Side, effect: Effect): Promise<void> {
  const key = keyAtWork();
  if (key === undefined) return;
  if (isDue(key, side === 'before' ? 'killed before' : 'killed after', effect)) await die();
  if (side === 'after') {
    if (isDue(key, 'answer lost', effect)) throw new PortError('Soak.AnswerLost', `nobody heard of ${effect}`);
    return;
  }
  if (isDue(key, 'clock jumps', effect)) jumpedMs = jumpedMs > 0 ? -JUMP_MS : JUMP_MS;
  if (isDue(key, 'server killed', effect)) killServer();
  if (isDue(key, 'refused', effect)) throw new PortError('Soak.Refused', `502 for ${effect}`);
  if (isDue(key, 'hangs', effect)) {
    await delay(HANGS_MS);
    throw new PortError('Soak.TimedOut', `no answer for ${effect}`);
  }
}

/** Of the activity that is running; the intake of a project works for its one task. */
function keyAtWork(): string | undefined {
  try {
    const { workflowId = '' } = Context.current().info.workflowExecution ?? {};
    const [, kind, name] = /^(task|project)\/(.+)$/.exec(workflowId) ?? [];
    return kind === 'project' ? `${name}-1` : name;
  } catch {
    return undefined;
  }
}

/** Takes the fault from the plan, before anything comes of it. */
function isDue(key: string, kind: FaultKind, effect: Effect): boolean {
  const file = join(folder, fileOf(key, { kind, effect }));
  try {
    renameSync(`${file}.due`, `${file}.done`);
    return true;
  } catch {
    return false;
  }
}

/** Whoever started it starts it again, and writes its new number. */
function killServer(): void {
  process.kill(Number(readFileSync(join(folder, SERVER_FILE), 'utf8')), 'SIGKILL');
}

async function die(): Promise<void> {
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

function announce(send: (event: LocalEvent) => void): (event: LocalEvent) => void {
  return (event) => {
    switch (webhooks[event.key ?? keyOfBranch(event.branch) ?? ''] ?? 'all') {
      case 'all':
        send(event);
        return;
      case 'none':
        return;
      case 'doubled':
        send(event);
        send(event);
        return;
      case 'late':
        setTimeout(() => send(event), LATE_MS);
    }
  };
}
