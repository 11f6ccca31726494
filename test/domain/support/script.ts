import type { Event } from '../../../domain/event.ts';
import type { TaskState, Trouble } from '../../../domain/state.ts';
import type { Finding, Verdict } from '../../../domain/verdict.ts';
import { fail } from '../../../domain/verdict.ts';
import type { World } from './world.ts';

/** What an agent does differently from usual. */
export type Effect =
  | { kind: 'same-tree' }
  | { kind: 'edits-documents' }
  | { kind: 'keeps-documents' }
  | { kind: 'reports'; findings: Finding[] }
  | { kind: 'usual' };

/** An integration is unwell instead of answering. */
export type Outage = { kind: 'trouble'; trouble: Trouble };

export type Answered = Verdict | Effect | Outage;

type Unstamped = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

/** What a scripted answer may see and do while the step runs. */
export type Moment = { world: World; state: TaskState; now: number; send: (event: Unstamped) => void };

export type Scripted = Answered | ((moment: Moment) => Answered);

/** Answers by gate, role or action in the order they are asked for; after the last one the usual answer. */
export type Script = Readonly<Record<string, readonly Scripted[]>>;

export const USUAL: Effect = { kind: 'usual' };
export const SAME_TREE: Effect = { kind: 'same-tree' };
/** The tree changes, the documents do not. */
export const KEEPS_DOCUMENTS: Effect = { kind: 'keeps-documents' };
export const EDITS_DOCUMENTS: Effect = { kind: 'edits-documents' };
export const red = (text: string): Verdict => fail(text);
export const reports = (text: string): Effect => ({ kind: 'reports', findings: [{ text }] });

export function outage(integration = 'Gitea', kind: Trouble['class'] = 'transient'): Outage {
  const type = `${integration}.Unavailable`;
  return { kind: 'trouble', trouble: { type, class: kind, message: `${integration} does not answer`, integration } };
}

export function times<T>(count: number, answer: T): T[] {
  return Array.from({ length: count }, () => answer);
}

/** The step answers as usual, but meanwhile this happens. */
export function meanwhile(happens: (moment: Moment) => void): Scripted {
  return (moment) => {
    happens(moment);
    return USUAL;
  };
}
