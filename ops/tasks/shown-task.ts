import type { Ledger } from '../../domain/ledger.ts';
import type { Question } from '../../domain/question.ts';
import type { Trouble } from '../../domain/state.ts';
import type { Subjects } from '../../domain/subject.ts';
import type { TaskView } from '../../workflows/messages.ts';
import type { ShownStatus } from '../format/status.ts';
import { answerCommand } from './answer-command.ts';
import { shownStatus } from './record.ts';
import { hear } from './sentence.ts';
import type { Read, TaskRecord } from './tasks.ts';

/**
 * A task as `show --json` prints it; stable. Times are ISO 8601. What only a worker knows is null when none answers
 * (`source` is then `record`).
 */
export type ShownTask = {
  source: 'worker' | 'record';
  key: string;
  title: string;
  project: string;
  repo: string;
  run: number;
  status: ShownStatus;
  stage: string;
  stageSince: string;
  /** What it does or waits for; empty when it works and no worker says at what. */
  sentence: string;
  bounces: number;
  endedAt: string | null;
  branch: string | null;
  pullRequest: number | null;
  subjects: Subjects | null;
  ledger: Ledger | null;
  question: Question | null;
  /** Commands that answer the open question; one that says more when only the record is known. */
  answers: string[];
  trouble: (Trouble & { since: string }) | null;
  webUi: string | null;
};

export function shownTask(read: Read<TaskView>, webUi: string | undefined): ShownTask {
  const shown = read.kind === 'answered' ? fromView(read.view) : fromRecord(read.task);
  return { ...shown, webUi: webUi ?? null };
}

/** The command that answers a record's open question; `explain` has the others. Every question takes one of these. */
export function answerFromRecord({ key, status, sentence }: Pick<TaskRecord, 'key' | 'status' | 'sentence'>) {
  if (status !== 'asking') return undefined;
  const heard = hear(sentence);
  if (heard.kind !== 'question') return `conveyor explain ${key}`;
  return answerCommand(key, heard.number, heard.about === 'approval' ? 'approve' : 'retry');
}

function fromView(view: TaskView): Omit<ShownTask, 'webUi'> {
  const { spec, question, trouble, end } = view;
  return {
    source: 'worker',
    key: spec.key,
    title: spec.title,
    project: spec.project,
    repo: spec.repo,
    run: spec.run,
    status: shownStatus(view.status, view.sentence),
    stage: view.stage,
    stageSince: iso(view.stageSince),
    sentence: view.sentence,
    bounces: view.ledger.total,
    endedAt: end ? iso(end.at) : null,
    branch: view.branch,
    pullRequest: view.pullRequest ?? null,
    subjects: view.subjects,
    ledger: view.ledger,
    question: question ?? null,
    answers: question ? question.answers.map((answer) => answerCommand(spec.key, question.number, answer)) : [],
    trouble: trouble ? { ...trouble, since: iso(trouble.since) } : null,
  };
}

function fromRecord(task: TaskRecord): Omit<ShownTask, 'webUi'> {
  const { key, title, project, repo, run, status, stage, sentence, bounces } = task;
  const answer = answerFromRecord(task);
  return {
    source: 'record',
    key,
    title,
    project,
    repo,
    run,
    status,
    stage,
    stageSince: iso(task.stageSince),
    sentence,
    bounces,
    endedAt: task.endedAt === undefined ? null : iso(task.endedAt),
    branch: null,
    pullRequest: null,
    subjects: null,
    ledger: null,
    question: null,
    answers: answer === undefined ? [] : [answer],
    trouble: null,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
