/** What Conveyor writes to the task's card, and what it tells people besides. */

import { isCancellation } from '@temporalio/workflow';
import { askText, reminderText } from '../domain/ask-text.ts';
import type { CardRole, Remark } from '../domain/card.ts';
import { toEdit } from '../domain/close-question.ts';
import type { Event } from '../domain/event.ts';
import type { TaskEnded } from '../domain/intake/state.ts';
import { cardRole } from '../domain/next.ts';
import { knownOf } from '../domain/on-card.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import { stageOf } from '../domain/pipeline.ts';
import type { Question } from '../domain/question.ts';
import { questionMarker } from '../domain/question.ts';
import { sayReport } from '../domain/say-report.ts';
import type { TaskState } from '../domain/state.ts';
import type { Notice } from '../activities/notify.ts';
import type { Bound } from './activities.ts';
import { NOTIFIER_PATIENCE } from './activities.ts';

type Unstamped = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;
type Writing = { summary: string; role: CardRole; notes: readonly Remark[]; notices: readonly Notice[] };

/** One activity when all is well: comment, state and notification. */
export async function askPerson(bound: Bound, state: TaskState, question: Question): Promise<Unstamped> {
  const { spec } = state;
  const role = cardRole(state) ?? 'needsInput';
  const marker = questionMarker(spec, question.number);
  const markdown = askText(state, question);
  const notice = noticeOf(state, question.number, marker, `${spec.key} asks: ${markdown}`);
  const writing: Writing = {
    summary: `question ${question.number}: card to ${role}`,
    role,
    notes: [{ marker, markdown }],
    notices: [notice],
  };
  return write(bound, state, writing, { kind: 'question-told', number: question.number, role });
}

export async function writeCard(
  bound: Bound,
  pipeline: Pipeline,
  state: TaskState,
  role: CardRole,
): Promise<Unstamped> {
  const notes = role === 'done' ? judgements(pipeline, state) : [];
  return write(bound, state, { summary: `card to ${role}`, role, notes, notices: [] }, { kind: 'card-written', role });
}

/** The comment that somebody who moved the card is owed. */
export async function remark({ tracker }: Bound, { spec }: TaskState, told: Remark): Promise<Unstamped> {
  await tracker.remark.executeWithOptions({ summary: 'say what the move means' }, [{ spec, remark: told }]);
  return { kind: 'remarked', marker: told.marker };
}

/** Sent once. A notifier that does not take it holds nobody up, and the next reminder says the same. */
export async function remind(
  { control }: Bound,
  state: TaskState,
  { question, reminder }: { question: Question; reminder: number },
): Promise<Unstamped> {
  const marker = `${questionMarker(state.spec, question.number)}/reminder/${reminder}`;
  const notice = noticeOf(state, question.number, marker, reminderText(state, question, Date.now()));
  const summary = `question ${question.number}: reminder ${reminder}`;
  await notify(control, summary, notice);
  return { kind: 'reminded', number: question.number, reminder };
}

/**
 * What somebody did with the card meanwhile comes first: then it is looked at instead, and written afterwards.
 * A notifier that did not take a notice gets an activity with tries of its own: one that is away for a moment must
 * still reach the person, and one that stays away must hold nobody up.
 */
async function write(
  { tracker, control }: Bound,
  state: TaskState,
  { summary, role, notes, notices }: Writing,
  written: Unstamped & { kind: 'question-told' | 'card-written' },
): Promise<Unstamped> {
  const { spec } = state;
  const closed = toEdit(state);
  const all = [...notices, ...closed.map(({ number, how }) => sayClosed(state, number, how))];
  const answer = await tracker.writeCard.executeWithOptions({ summary }, [
    { spec, role, notes, notices: all, known: knownOf(state), ...endedOf(state) },
  ]);
  if (answer.kind === 'taken') return { kind: 'card-seen', card: answer.card };
  if (answer.notices === 'owed') {
    for (const notice of all) await notify(control, `${summary}: notify`, notice);
  }
  return { ...written, ...(closed.length === 0 ? {} : { edited: closed.map(({ number }) => number) }) };
}

/** The project's intake counts the task once its card has been written for the last time. */
function endedOf({ end, spec, ledger }: TaskState): { ended?: TaskEnded } {
  if (!end) return {};
  const { drivenByNudge, healedByTimer } = ledger;
  return { ended: { key: spec.key, run: spec.run, outcome: end.outcome, drivenByNudge, healedByTimer } };
}

/** The message that asked says how it was answered. */
function sayClosed(state: TaskState, number: number, how: string): Notice {
  const { spec } = state;
  return noticeOf(state, number, `${questionMarker(spec, number)}/closed`, `${spec.key} question ${number}, ${how}`);
}

/** Everything that is said about one question has its topic, so that it can stay one message. */
function noticeOf({ spec }: TaskState, number: number, marker: string, text: string): Notice {
  return { marker, text, topic: questionMarker(spec, number), project: spec.project };
}

/** A notifier may ask for an hour before the next try: a task does not wait for that. */
async function notify(control: Bound['control'], summary: string, notice: Notice): Promise<void> {
  const options = { summary, scheduleToCloseTimeout: NOTIFIER_PATIENCE };
  await control.notify.executeWithOptions(options, [notice]).catch(unlessCancelled);
}

function unlessCancelled(error: unknown): void {
  if (isCancellation(error)) throw error;
}

/** Whether the judgement of this row's role is a review, which its gate reads from the forge. */
export function isToldOnForge(pipeline: Pipeline, stage: string): boolean {
  return stageOf(pipeline, stage).leave.some(({ gate }) => gate === 'review');
}

/** What let the task through and is told nowhere else. */
function judgements(pipeline: Pipeline, { spec, reports }: TaskState): Remark[] {
  return Object.entries(reports)
    .filter(([stage]) => !isToldOnForge(pipeline, stage))
    .map(([stage, report]) => ({
      marker: `${spec.key}#${spec.run}/${stage}/report`,
      markdown: `**${stage}** ${sayReport(report)}`,
    }));
}
