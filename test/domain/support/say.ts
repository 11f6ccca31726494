import { sayVerdict } from '../../../domain/describe.ts';
import { printDuration } from '../../../domain/duration.ts';
import type { Event } from '../../../domain/event.ts';
import type { Step } from '../../../domain/step.ts';

type Unstamped = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

/** The gate, role or action of a step, or its kind. */
export function nameOf(step: Step): string {
  switch (step.kind) {
    case 'judge':
      return step.gate.gate;
    case 'agent':
      return step.role;
    case 'prepare':
    case 'act':
    case 'compensate':
      return step.action;
    default:
      return step.kind;
  }
}

/** One line of a delivery's trace. */
export function sayStep(step: Step, answer?: Unstamped): string {
  if (answer?.kind === 'trouble') return `${whereOf(step)} → trouble: ${answer.trouble.type}`;
  switch (step.kind) {
    case 'take-lane':
      return `lane ${step.lane} taken`;
    case 'release-lane':
      return `lane ${step.lane} given up`;
    case 'ask':
      if (answer?.kind === 'card-seen') return 'the card was taken';
      return `question ${step.question.number} (${step.question.cause}): ${step.question.why}`;
    case 'write-card':
      return answer?.kind === 'card-seen' ? 'the card was taken' : `card → ${step.role}`;
    case 'remark':
      return `comment: ${step.remark.markdown}`;
    case 'remind':
      return `reminder ${step.reminder}`;
    case 'wait':
      return `waits ${step.until === undefined ? printDuration(step.ms) : 'until then'}: ${step.for}`;
    case 'finish':
      return step.outcome;
    case 'judge':
    case 'agent':
    case 'prepare':
    case 'act':
    case 'compensate':
      return `${whereOf(step)} → ${answer?.kind === 'answered' ? sayAnswer(answer) : 'nothing'}`;
  }
}

function whereOf(step: Step): string {
  if (!('ref' in step)) return step.kind;
  const run = step.kind === 'agent' ? ` #${step.ref.attempt}` : '';
  return `${step.ref.stage} · ${nameOf(step)}${run}`;
}

function sayAnswer({ verdict }: Unstamped & { kind: 'answered' }): string {
  return verdict.kind === 'pass' ? 'pass' : `${verdict.kind}: ${sayVerdict(verdict)}`;
}

/** What a person did; undefined for what nobody did. */
export function sayEvent(event: Unstamped, refused?: string): string | undefined {
  switch (event.kind) {
    case 'decided': {
      const { answer, words, stage, by } = event.decision;
      const said = [answer, stage, words && `"${words}"`].filter((part) => part !== undefined).join(' ');
      return `${by}: ${said}${refused === undefined ? '' : ` (refused: ${refused})`}`;
    }
    case 'held':
    case 'unheld':
    case 'paused':
    case 'resumed':
    case 'abort-asked':
      return `${event.by}: ${event.kind}`;
    default:
      return undefined;
  }
}
