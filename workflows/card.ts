/** What Conveyor writes to the task's card: the question it asks, and the state at the moments of the table. */

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

/** One activity, so that a person is asked at the price of one: comment, notification, state. */
export async function askPerson({ tracker }: Bound, state: TaskState, question: Question): Promise<Asked> {
  const { spec } = state;
  const marker = `${spec.key}#${spec.run}/question/${question.number}`;
  const markdown = askText(state, question);
  const role = cardRole(state) ?? 'needsInput';
  await tracker.writeCard.executeWithOptions({ summary: `question ${question.number}: card to ${role}` }, [
    { spec, role, notes: [{ marker, markdown }], notice: { marker, text: `${spec.key} asks: ${markdown}` } },
  ]);
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
