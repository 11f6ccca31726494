import { setTimeout as pause } from 'node:timers/promises';
import type { TaskView } from '../../workflows/messages.ts';
import type { OpsDeps } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import type { ShownStatus } from '../format/status.ts';
import { printOutcome } from '../output.ts';
import type { Read, Tasks, Verb } from './tasks.ts';
import { openTasks } from './tasks.ts';
import { taskWorkflowId } from './workflow-id.ts';

export type SteerOptions = {
  key: string;
  reason?: string;
  /** Only `abort` asks for it. */
  yes?: true;
  dryRun?: true;
  json?: true;
  /** How long the effect is waited for, in milliseconds. */
  waitMs?: number;
};

/**
 * `already`: it was so before. `seen`: the task shows it. `sent`: it has it, and shows it when it may.
 * `left`: no worker answers, Temporal keeps it.
 */
type Outcome = 'would' | 'already' | 'seen' | 'sent' | 'left';

type Standing = { status: ShownStatus; sentence: string };

const WAIT_MS = 10_000;
const LOOK_MS = 100;

/** Pauses, resumes or aborts a task, and says what came of it. */
export async function steer(verb: Verb, options: SteerOptions, deps: OpsDeps): Promise<ExitCode> {
  const { key, reason, dryRun, waitMs = WAIT_MS } = options;
  const tasks = await openTasks(deps);
  const read = await tasks.status(key);
  const before = standingOf(read);
  const over = alreadySo(verb, key, before);
  const by = { by: deps.user(), ...(reason?.trim() ? { reason: reason.trim() } : {}) };
  if (over !== undefined) return tell(verb, 'already', { ...before, sentence: over }, options, deps);
  if (dryRun) {
    const sentence = `would send the signal ${verb} to ${taskWorkflowId(key)}: ${JSON.stringify(by)}`;
    return tell(verb, 'would', { ...before, sentence }, options, deps);
  }
  if (verb === 'abort' && !options.yes) throw unconfirmed(key, before);
  await tasks.steer(key, verb, by);
  if (read.kind === 'recorded') return tell(verb, 'left', before, options, deps);
  const after = await untilSeen(verb, key, tasks, waitMs);
  // It was sent all the same: after landing a pause that is still to come does not show.
  if (verb === 'resume' && before.status !== 'paused' && before.status !== 'held') {
    const sentence = `${key} was not paused. Now: ${after.sentence || 'it works'}`;
    return tell(verb, 'already', { ...after, sentence }, options, deps);
  }
  return tell(verb, isSeen(verb, after.status) ? 'seen' : 'sent', after, options, deps);
}

/** Why nothing has to be sent, in a sentence; throws where the wish can no longer come true. */
function alreadySo(verb: Verb, key: string, { status }: Standing): string | undefined {
  const ended = status === 'done' || status === 'aborted' || status === 'broken';
  if (!ended) return verb === 'pause' && status === 'paused' ? `${key} is paused already.` : undefined;
  const over = `${key} has ended already (${status})`;
  if (verb === 'pause' || (verb === 'abort' && status !== 'done')) return `${over}; nothing runs.`;
  throw new OpsError({
    what: verb === 'abort' ? `${over}: nothing is left to abort.` : `${over}: it cannot go on.`,
    why: 'Its card can be moved back to start another run.',
    run: `conveyor reopen ${key} --dry-run`,
    exit: EXIT.refused,
  });
}

function unconfirmed(key: string, { sentence }: Standing): OpsError {
  return new OpsError({
    what: `abort ends ${key} for good, and nothing was done yet.`,
    why: `It stops its agent and moves its card to the cancelled state. Now: ${sentence || 'it works'}`,
    run: `conveyor abort ${key} --yes`,
    exit: EXIT.usage,
  });
}

async function untilSeen(verb: Verb, key: string, tasks: Tasks, waitMs: number): Promise<Standing> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const standing = standingOf(await tasks.status(key));
    if (isSeen(verb, standing.status) || performance.now() > deadline) return standing;
    await pause(LOOK_MS);
  }
}

/** A hold is shown before a pause. */
function isSeen(verb: Verb, status: ShownStatus): boolean {
  switch (verb) {
    case 'pause':
      return status === 'paused' || status === 'held' || status === 'done' || status === 'aborted';
    case 'resume':
      return status !== 'paused';
    case 'abort':
      return status === 'aborted';
  }
}

function standingOf(read: Read<TaskView>): Standing {
  return read.kind === 'answered' ? read.view : read.task;
}

function tell(verb: Verb, outcome: Outcome, standing: Standing, options: SteerOptions, { io }: OpsDeps): ExitCode {
  const { key } = options;
  const { status, sentence } = standing;
  printOutcome(
    io,
    {
      line: lineOf(verb, outcome, key, standing),
      fields: [key, verb, outcome, status, sentence],
      json: { key, verb, outcome, status, sentence },
      ...(outcome === 'seen' || outcome === 'sent' ? { next: nextOf(verb, key) } : {}),
    },
    options.json ? 'json' : 'usual',
  );
  return outcome === 'sent' || outcome === 'left' ? EXIT.pending : EXIT.ok;
}

function lineOf(verb: Verb, outcome: Outcome, key: string, { sentence }: Standing): string {
  const now = sentence === '' ? '' : ` Now: ${sentence}`;
  switch (outcome) {
    case 'would':
    case 'already':
      return sentence;
    case 'left':
      return `No worker answers for ${key}. The ${verb} is left with Temporal until one does.`;
    case 'sent':
      return `${key} has the ${verb} and follows it as soon as it may.${now}`;
    case 'seen':
      return `${{ pause: 'Paused', resume: 'Resumed', abort: 'Aborted' }[verb]} ${key}.${now}`;
  }
}

function nextOf(verb: Verb, key: string): string {
  switch (verb) {
    case 'pause':
      return `conveyor resume ${key}`;
    case 'resume':
      return `conveyor watch ${key}`;
    case 'abort':
      return `conveyor reopen ${key}   delivers it anew`;
  }
}
