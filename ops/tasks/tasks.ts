import type { Decision } from '../../domain/question.ts';
import type { ByInput, ExplainView, TaskView } from '../../workflows/messages.ts';
import type { OpsDeps } from '../deps.ts';
import type { ShownStatus } from '../format/status.ts';

/** A task as Temporal's own record shows it, with or without a worker. */
export type TaskRecord = {
  key: string;
  title: string;
  project: string;
  repo: string;
  run: number;
  stage: string;
  status: ShownStatus;
  /** What it waits for; empty while it works. */
  sentence: string;
  stageSince: number;
  bounces: number;
  endedAt?: number;
};

/** `recorded`: no worker answered, and this is what stands in the record; `why` is a sentence. */
export type Read<View> = { kind: 'answered'; view: View } | { kind: 'recorded'; task: TaskRecord; why: string };

/** Tasks as the commands read and answer them. Every method throws `OpsError`, also for a task that does not exist. */
export type Tasks = {
  /** From visibility only. Without `ended` those that run; with it also that many ended ones, newest first. */
  list(which: { project?: string; ended?: number }): Promise<TaskRecord[]>;
  record(key: string): Promise<TaskRecord>;
  status(key: string): Promise<Read<TaskView>>;
  explain(key: string): Promise<Read<ExplainView>>;
  /** Sends the answer and waits until the task took it. Returns what the task does then. */
  decide(key: string, decision: Decision): Promise<string>;
  /** The same without waiting: kept by Temporal until a worker is back, and dropped if it does not fit then. */
  decideBySignal(key: string, decision: Decision): Promise<void>;
  /** Leaves the message with Temporal; the task hears it at once, or when a worker is back. */
  steer(key: string, verb: Verb, by: ByInput): Promise<void>;
};

/** What a person does to a task as a whole. */
export type Verb = 'pause' | 'resume' | 'abort';

/** Connects. The Temporal client is loaded only here, so that help and usage errors answer at once. */
export async function openTasks(deps: OpsDeps): Promise<Tasks> {
  const { createTasks } = await import('./temporal-tasks.ts');
  return createTasks(await deps.connect());
}
