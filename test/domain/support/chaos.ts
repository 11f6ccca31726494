import * as fc from 'fast-check';
import type { CardRole } from '../../../domain/card.ts';
import { CARD_ROLES } from '../../../domain/card.ts';
import type { Event } from '../../../domain/event.ts';
import { GATES } from '../../../domain/gates/registry.ts';
import type { GateName } from '../../../domain/pipeline.ts';
import type { Answer } from '../../../domain/question.ts';
import { ANSWERS } from '../../../domain/question.ts';
import { branchOf } from '../../../domain/state.ts';
import type { SubjectKind } from '../../../domain/subject.ts';
import { asks, fail, inconclusive, pass, pending, stale } from '../../../domain/verdict.ts';
import type { Delivery } from './deliver.ts';
import { EDITS_DOCUMENTS, KEEPS_DOCUMENTS, outage, reports, SAME_TREE, times, USUAL } from './script.ts';
import type { Scripted } from './script.ts';
import { moveBase, moveCard, pushBy } from './world.ts';

/** One thing that happens to a task, plausible or not. */
export type Happening =
  | { do: 'step' }
  | { do: 'look'; by: 'forge' | 'tracker' | 'timer' }
  | { do: 'decide'; answer: Answer; off: number; stage: number }
  | { do: 'overlay'; event: 'held' | 'unheld' | 'paused' | 'resumed' | 'abort-asked' }
  | { do: 'card'; role: CardRole | 'other' | 'gone'; ours: boolean; ago: number }
  | { do: 'push' | 'base' }
  | { do: 'stray'; event: 'other-step' | 'other-subject' | 'woke' | 'trouble' | 'told' };

const step = fc.constant<Happening>({ do: 'step' });

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 14, arbitrary: step },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('look' as const), by: fc.constantFrom('forge', 'tracker', 'timer') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      answer: fc.constantFrom(...ANSWERS.filter((answer) => answer !== 'abort')),
      off: fc.constantFrom(0, 0, 0, -1, 1),
      stage: fc.nat(6),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('overlay' as const),
      event: fc.constantFrom('held', 'unheld', 'unheld', 'paused', 'resumed', 'resumed', 'abort-asked'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('card' as const),
      role: fc.constantFrom(...CARD_ROLES.filter((role) => role !== 'cancelled'), 'other', 'gone'),
      ours: fc.boolean(),
      ago: fc.integer({ min: 0, max: 100_000_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('push', 'base') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('stray' as const),
      event: fc.constantFrom('other-step', 'other-subject', 'woke', 'trouble', 'told'),
    }),
  },
);

/** Answers at random, mostly the usual one, for whatever is asked next; after the last number only usual ones. */
export function luck(numbers: readonly number[]): (name: string) => Scripted {
  const left = [...numbers];
  return (name) => {
    const choices = choicesFor(name);
    return choices[(left.shift() ?? 0) % choices.length] ?? USUAL;
  };
}

/** What a gate, role, action or writing may answer, the usual answer most of the time. */
export function choicesFor(name: string): readonly Scripted[] {
  const usual = times<Scripted>(6, USUAL);
  const unwell = [outage(), outage('Plane', 'auth')];
  if (name in GATES) return [...usual, ...gateAnswers(name as GateName), ...unwell];
  if (ACTIONS.includes(name))
    return [...usual, fail('it failed'), asks('refused'), stale('the base moved', {}), ...unwell];
  if (STEPS.includes(name)) return [...usual, ...unwell];
  return [...usual, ...AGENT_ANSWERS, ...unwell];
}

const STEPS: readonly string[] = ['take-lane', 'release-lane', 'write-card', 'ask', 'card'];
const ACTIONS: readonly string[] = ['sync', 'candidate', 'land', 'promote', 'restore', 'revert'];
const AGENT_ANSWERS: readonly Scripted[] = [
  reports('crash'),
  SAME_TREE,
  EDITS_DOCUMENTS,
  KEEPS_DOCUMENTS,
  fail('no changes'),
  inconclusive('it stalled'),
  asks('it gave up'),
];

function gateAnswers(gate: GateName): Scripted[] {
  const unsure = GATES[gate].mayBeInconclusive === 'yes' ? [inconclusive('half read')] : [];
  if (gate === 'approval') return [pending('a second look')];
  return [
    fail('red'),
    fail('red', 'redder'),
    pending('a check'),
    asks('closed by hand'),
    stale('it moved', {}),
    ...unsure,
  ];
}

/** Lets it happen to the task. What makes no sense at this moment is left out, what only looks odd is not. */
export function happen(task: Delivery, what: Happening): void {
  switch (what.do) {
    case 'step':
      task.once();
      return;
    case 'look':
      if (task.next().kind === 'wait') task.look(what.by === 'timer' ? undefined : what.by);
      return;
    case 'decide': {
      const number = (task.state.question?.number ?? task.state.counters.question) + what.off;
      const stage = task.pipeline.stages[what.stage]?.name ?? 'nowhere';
      return task.decide(what.answer, 'because', { number, stage });
    }
    case 'overlay':
      return task.send({ kind: what.event, by: 'pat' });
    case 'card':
      return putCard(task, what);
    case 'push':
      return pushBy(task.world, branchOf(task.state), `pat-${task.world.commits.size}`);
    case 'base':
      // What lands behind our back after landing cannot be taken back by any machine.
      if (!task.state.landed) moveBase(task.world, `other-${task.world.commits.size}`);
      return;
    case 'stray':
      return task.send(strayEvent(task, what.event));
  }
}

function putCard(task: Delivery, { role, ours, ago }: Happening & { do: 'card' }): void {
  if (role === 'gone') task.world.card = { kind: 'gone' };
  else moveCard(task.world, role, { by: ours ? 'conveyor' : 'pat', at: task.now - ago, ours });
}

type Unstamped = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

/** An event that does not belong to what the task does now. */
function strayEvent({ state }: Delivery, event: (Happening & { do: 'stray' })['event']): Unstamped {
  const { position, counters } = state;
  const ref = { stage: position.stage, phase: position.phase, index: position.index, attempt: counters.attempt + 1 };
  switch (event) {
    case 'other-step':
      return {
        kind: 'answered',
        step: { ...ref, attempt: counters.attempt },
        verdict: fail('late'),
        facts: { tree: 't' },
      };
    case 'other-subject': {
      const kind: SubjectKind = position.phase === 'leave' ? 'head' : 'candidate';
      return {
        kind: 'answered',
        step: { ...ref, index: 99 },
        subject: { kind, id: 'another' },
        verdict: pass('green'),
      };
    }
    case 'woke':
      return { kind: 'woke', by: 'nudge' };
    case 'trouble':
      return outage('Temporal');
    case 'told':
      return { kind: 'question-told', number: -1, role: 'entry' };
  }
}
