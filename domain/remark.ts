/** What somebody is told, once, whose move of the card was no answer, or took more of a hold than they may know. */

import type { Remark } from './card.ts';
import { listed } from './gates/say.ts';
import { howTo } from './how-to-answer.ts';
import type { Question } from './question.ts';
import { questionMarker } from './question.ts';
import type { TaskSpec, TaskState } from './state.ts';
import { stateNamed } from './state-names.ts';

const MOST_NAMES = 8;

type Move = { by: string; at: number };

/** Moved to Approved or Rejected, and no approval is asked. */
export function remarkNoApproval(state: TaskState, move: Move): Remark {
  return remark(state, move, `No approval is asked, so the move by ${move.by} answers nothing. ${whatNext(state)}`);
}

/** Moved to where it says that work goes on, while an approval is open. */
export function remarkStillAsks(state: TaskState, question: Question, move: Move): Remark {
  return remark(state, move, `The move by ${move.by} does not answer question ${question.number}. ${offers(question)}`);
}

/** Moved to an answer by somebody who is not on the list of approvers. */
export function remarkMayNot(state: TaskState, question: Question, move: Move): Remark {
  return remark(state, move, mayNotAnswer(question, move.by));
}

/** Moved to where only Conveyor moves it, or to a state without a role: the task is held. */
export function remarkHeld(state: TaskState, to: 'done' | 'other', move: Move): Remark {
  const why = {
    done: `Conveyor moves the card to ${stateNamed('done')} itself, once production is proven.`,
    other: 'This state means nothing to Conveyor.',
  };
  const back = `To go on, move the card to ${stateNamed('entry')}; to end it, to ${stateNamed('cancelled')}.`;
  return remark(state, move, `${why[to]} Until ${move.by} or somebody else moves it back, the task is held. ${back}`);
}

/** A decision by a message, by somebody who is not on the list; those who ask by a command are told at once. */
export function remarkRefused(state: TaskState, question: Question, by: string): Remark {
  return {
    marker: `${questionMarker(state.spec, question.number)}/refused/${by}`,
    markdown: mayNotAnswer(question, by),
  };
}

/** Why this person's approval or rejection does not count. */
export function mayNotAnswer({ number, approvers = [] }: Question, by: string): string {
  return `${by} may not answer question ${number}: ${listed(approvers, MOST_NAMES)} may.`;
}

function remark({ spec }: TaskState, { at }: Move, markdown: string): Remark {
  return { marker: moveMarker(spec, at), markdown };
}

function moveMarker({ key, run }: TaskSpec, at: number): string {
  return `${key}#${run}/card/${at}`;
}

function whatNext({ question, hold }: TaskState): string {
  if (hold) return `The task is held; it goes on when the card is moved to ${stateNamed('entry')}.`;
  return question ? `Question ${question.number} is open. ${offers(question)}` : 'The task goes on by itself.';
}

/** What a card can answer it with; commands stand in the question's own comment. */
function offers({ answers, cause }: Question): string {
  const moves = answers
    .map((answer) => howTo(answer, cause))
    .flatMap(({ state, label }) => (state === undefined ? [] : [`${label}: ${state}`]));
  return moves.length === 0 ? 'Its comment says what does.' : `Move the card to answer it (${moves.join('; ')}).`;
}
