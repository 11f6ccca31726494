import type { CardSeen } from '../domain/card.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Ports } from './ports.ts';

/** One look at the card. While held cards are switched off it says so of the states in which people hold them. */
export async function lookAtCard(
  { tracker, switches }: Pick<Ports, 'tracker' | 'switches'>,
  { project, key }: TaskSpec,
): Promise<CardSeen> {
  const card = await tracker.look(project, key);
  const holds = card.kind === 'card' && (card.role === 'blocked' || card.role === 'needsInput');
  return holds && !switches.on('CONVEYOR_RESPECT_HELD_CARDS') ? { ...card, holds: 'nothing' } : card;
}
