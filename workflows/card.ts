/** What Conveyor writes to the task's card: the question it asks, and the state at the moments of the table. */

import { isCancellation } from '@temporalio/workflow';
import { askText } from '../domain/ask-text.ts';
import type { CardRole } from '../domain/card.ts';
import { cardRole } from '../domain/next.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import { stageOf } from '../domain/pipeline.ts';
import type { Question } from '../domain/question.ts';
import { sayReport } from '../domain/say-report.ts';
import type { TaskState } from '../domain/state.ts';
import type { Note } from '../activities/tracker.ts';
import type { Bound } from './activities.ts';

type Asked = { kind: 'question-told'; number: number; role: CardRole };
type Written = { kind: 'card-written'; role: CardRole };

/**
 * One activity when all is well. A notifier that did not take it then gets an activity with tries of its own: one that
 * is away for a moment must still reach the person, and one that stays away must hold nobody up.
 */
export async function askPerson({ tracker, control }: Bound, state: TaskState, question: Question): Promise<Asked> {
  const { spec } = state;
  const marker = `${spec.key}#${spec.run}/question/${question.number}`;
  const markdown = askText(state, question);
  const role = cardRole(state) ?? 'needsInput';
  const summary = `question ${question.number}`;
  const notice = { marker, text: `${spec.key} asks: ${markdown}` };
  const written = await tracker.writeCard.executeWithOptions({ summary: `${summary}: card to ${role}` }, [
    { spec, role, notes: [{ marker, markdown }], notice },
  ]);
  if (written.notice === 'owed') {
    await control.notify.executeWithOptions({ summary: `${summary}: notify` }, [notice]).catch(unlessCancelled);
  }
  return { kind: 'question-told', number: question.number, role };
}

export async function writeCard(
  { tracker }: Bound,
  pipeline: Pipeline,
  state: TaskState,
  role: CardRole,
): Promise<Written> {
  const { spec } = state;
  const notes = role === 'done' ? judgements(pipeline, state) : [];
  await tracker.writeCard.executeWithOptions({ summary: `card to ${role}` }, [{ spec, role, notes }]);
  return { kind: 'card-written', role };
}

function unlessCancelled(error: unknown): void {
  if (isCancellation(error)) throw error;
}

/** Whether the judgement of this row's role is a review, which its gate reads from the forge. */
export function isToldOnForge(pipeline: Pipeline, stage: string): boolean {
  return stageOf(pipeline, stage).leave.some(({ gate }) => gate === 'review');
}

/** What let the task through and is told nowhere else. */
function judgements(pipeline: Pipeline, { spec, reports }: TaskState): Note[] {
  return Object.entries(reports)
    .filter(([stage]) => !isToldOnForge(pipeline, stage))
    .map(([stage, report]) => ({
      marker: `${spec.key}#${spec.run}/${stage}/report`,
      markdown: `**${stage}** ${sayReport(report)}`,
    }));
}
