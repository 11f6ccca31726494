import { fieldsOf } from '../domain/read-message.ts';
import type { NudgeSource } from './messages.ts';

export function isAboutCard(source: NudgeSource | undefined): boolean {
  return source === 'tracker' || source === 'sweep';
}

/** A change that only the intake's timer found was healed by a timer, whoever passed it on. */
export function wokenBy(source: NudgeSource | undefined): 'nudge' | 'timer' {
  return source === 'sweep' ? 'timer' : 'nudge';
}

/** Anybody may say "look again"; who does only decides whether the card is looked at as well. */
export function readSource(given: unknown): NudgeSource {
  const { source } = fieldsOf(given);
  return source === 'tracker' || source === 'forge' || source === 'environment' || source === 'sweep'
    ? source
    : 'person';
}
