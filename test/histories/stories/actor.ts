import { decide, until } from '../../e2e/support/person.ts';
import type { Rehearsal, Story } from '../../support/rehearsal/rehearsal.ts';
import { nudgeSignal } from '../../../workflows/messages.ts';

export type Gate = { open: boolean };
export type Actor = { rehearsal: Rehearsal; key: string; gate: Gate };

export type TaskStory = {
  name: string;
  outcome: 'done' | 'aborted';
  /** `gate` is opened by what people do. */
  story: (gate: Gate) => Story;
  play?: (actor: Actor) => Promise<unknown>;
};

/** Resolves when the question has been asked. */
export function asked({ rehearsal, key }: Actor, number: number): Promise<unknown> {
  return until(rehearsal, key, `question ${number}`, ({ question }) => {
    return question?.number === number && question.told === 'told';
  });
}

/** Waits for the question and answers it as an operator's command does. */
export async function answer(
  actor: Actor,
  given: 'approve' | 'accept' | 'retry',
  words?: string,
  number = 1,
): Promise<void> {
  await asked(actor, number);
  await decide(actor.rehearsal, actor.key, { number, answer: given, ...(words === undefined ? {} : { words }) });
}

/** Moves the card as a person does, and tells the task. */
export async function move({ rehearsal, key }: Actor, role: 'blocked' | 'done' | 'entry' | 'cancelled'): Promise<void> {
  rehearsal.card(key).move(role);
  await rehearsal.handle(key).signal(nudgeSignal, { source: 'tracker' });
}
