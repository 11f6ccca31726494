/** A task's card as its files keep it, and what the task did about it. */

import type { CardRole } from '../../../domain/card.ts';
import { waitFor } from '../../support/wait-for.ts';
import { recordedOf } from './history.ts';
import { watching } from './person.ts';
import { cardOf } from './records.ts';
import type { World } from './world.ts';

/** A state of the board that no role is mapped to. */
export const NO_ROLE = 'Backlog';

/** Moves the card as a person does; `other` is a state without a role. */
export async function moveTo(world: World, key: string, role: CardRole | 'other', by = 'ada'): Promise<void> {
  const { board, project } = world;
  const stateName = role === 'other' ? NO_ROLE : project.states[role];
  await board.moveCard({ project: project.key, key, stateName, by });
}

/** Texts of our comments that answer a move. */
export async function remarksOf(world: World, key: string): Promise<string[]> {
  const { comments } = await cardOf(world, key);
  return comments.filter(({ marker }) => marker?.includes('/card/')).map(({ text }) => text);
}

/** How often the task has done this: activities with the summary that the Web UI shows. */
export async function count(world: World, key: string, summary: string): Promise<number> {
  const recorded = await recordedOf(world, key);
  return recorded.filter((event) => event.kind === 'activity' && event.summary === summary).length;
}

/** Waits until the card has been looked at this often since now. */
export async function untilLookedAt(world: World, key: string, times: number): Promise<void> {
  const before = await count(world, key, 'look at the card');
  const looked = async (): Promise<boolean> => (await count(world, key, 'look at the card')) >= before + times;
  await waitFor(looked, `${times} looks at the card of ${key}`, 120_000, 100);
}

/** The agent of this role works on the task. */
export async function untilAtWork(world: World, key: string, role: string): Promise<void> {
  const working = async (): Promise<boolean> => (await world.prompts(key, role)).length > 0;
  await waitFor(working, `the ${role} of ${key} at work`, 120_000, 80);
}

/** The task's question, as soon as people have been told of it. */
export async function untilAsked(world: World, key: string, number = 1): Promise<void> {
  const status = watching(world, key);
  const asked = async (): Promise<boolean> => {
    const question = (await status())?.question;
    return question?.number === number && question.told === 'told';
  };
  await waitFor(asked, `question ${number} of ${key}`, 120_000, 80);
}
