import type { LogEntry } from '../../domain/state.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import type { VerdictKind } from '../../domain/verdict.ts';
import type { ShownStatus } from '../format/status.ts';
import { shownStatus } from './record.ts';
import type { Read, TaskRecord } from './tasks.ts';

/** One thing that happened to a task, as one plain sentence: a new status, or a verdict. `at` in milliseconds since 1970. */
export type Change = { at: number; key: string; stage: string; sentence: string } & (
  { kind: 'status'; word: ShownStatus } | { kind: 'verdict'; word: VerdictKind }
);

/** Tells what is new since the last time it was asked; at first only where the task stands. */
export type Watcher = (read: Read<ExplainView>, now: number) => Change[];

export function createWatcher(): Watcher {
  let seen: Set<string> | undefined;
  let last = '';

  function fromLog({ spec, log }: ExplainView): Change[] {
    const known = seen;
    seen = new Set(log.map(entryId));
    if (known === undefined) return [];
    return log.filter((entry) => !known.has(entryId(entry))).map((entry) => verdictOf(spec.key, entry));
  }

  return (read, now) => {
    const standing = read.kind === 'answered' ? standingOf(read.view, now) : recordStanding(read.task, now);
    const happened = read.kind === 'answered' ? fromLog(read.view) : [];
    const said = standingId(standing);
    const changed = said !== last;
    last = said;
    return changed ? [...happened, standing] : happened;
  };
}

/** Tells changes of many tasks from the record. One that left the list is for the caller to look at. */
export function createListWatcher(): (
  tasks: readonly TaskRecord[],
  now: number,
) => { changes: Change[]; gone: string[] } {
  let last = new Map<string, string>();
  return (tasks, now) => {
    const changes = tasks.map((task) => recordStanding(task, now));
    const said = new Map(changes.map((change) => [change.key, standingId(change)]));
    const before = last;
    last = said;
    return {
      changes: changes.filter(({ key }) => said.get(key) !== before.get(key)),
      gone: [...before.keys()].filter((key) => !said.has(key)),
    };
  };
}

export function recordStanding({ key, stage, status, sentence }: TaskRecord, now: number): Change {
  const said = sentence === '' ? `${stage}: ${status}` : sentence;
  return { at: now, key, stage, sentence: said, kind: 'status', word: status };
}

function standingOf({ spec, stage, status, sentence }: ExplainView, now: number): Change {
  return { at: now, key: spec.key, stage, sentence, kind: 'status', word: shownStatus(status, sentence) };
}

function verdictOf(key: string, { at, stage, what, kind, say }: LogEntry): Change {
  return { at, key, stage, sentence: `${what}: ${say}`, kind: 'verdict', word: kind };
}

/** Without the status: each look at a gate makes a waiting task work for a moment. */
function standingId({ stage, sentence }: Change): string {
  return JSON.stringify([stage, sentence]);
}

function entryId({ at, stage, what, kind, say }: LogEntry): string {
  return JSON.stringify([at, stage, what, kind, say]);
}
