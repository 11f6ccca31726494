import { advance } from '../../../domain/advance.ts';
import { landedRows } from '../../../domain/checks/table.ts';
import { describe } from '../../../domain/describe.ts';
import type { Event } from '../../../domain/event.ts';
import { gateHere } from '../../../domain/on-gate.ts';
import type { Pipeline } from '../../../domain/pipeline.ts';
import type { TaskState } from '../../../domain/state.ts';
import { pass } from '../../../domain/verdict.ts';

const MOST_BYTES = 32 * 1_024;

type Observe = (before: TaskState, event: Event, after: TaskState) => void;

/** Throws at the first event after which the task breaks one of the rules that hold always. */
export function alwaysHolds(pipeline: Pipeline): Observe {
  const rows = new Set([...landedRows(pipeline)].map(({ name }) => name));
  let decided = 0;
  return (before, event, after) => {
    if (event.kind === 'decided' || event.kind === 'card-seen') decided += before.question && !after.question ? 1 : 0;
    isCarriedAsJson(after);
    saysOneSentence(pipeline, after);
    numbersGoOn(before, after);
    keepsToCaps(pipeline, after, decided);
    if (event.kind === 'trouble') troubleIsFree(before, after);
    watchesOverProduction(rows, before, after);
    nudgesOnlyWake(pipeline, after, event.at);
    foreignVerdictsMoveNothing(pipeline, after, event.at);
  };
}

function demand(holds: boolean, rule: string, ...about: unknown[]): void {
  if (!holds) throw new Error(`${rule}: ${about.map((one) => JSON.stringify(one)).join(' → ')}`);
}

function isCarriedAsJson(state: TaskState): void {
  const text = JSON.stringify(state);
  demand(!hasUndefined(state), 'nothing is undefined in a state', state);
  demand(Buffer.byteLength(text) <= MOST_BYTES, 'a state is below 32 KiB', Buffer.byteLength(text));
}

function hasUndefined(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasUndefined);
}

function saysOneSentence(pipeline: Pipeline, state: TaskState): void {
  const sentence = describe(pipeline, state);
  demand(sentence.length > 0 && sentence.length <= 140, 'a task says one sentence', sentence);
}

function numbersGoOn(before: TaskState, after: TaskState): void {
  for (const name of ['attempt', 'question', 'branch'] as const) {
    const [old, now] = [before.counters[name], after.counters[name]];
    demand(now === old || now === old + 1, `the ${name} number goes on`, old, now);
  }
  const number = after.question?.number;
  if (number === undefined) return;
  const kept = number === before.question?.number;
  demand(number === after.counters.question, 'the open question is the newest', number, after.counters);
  demand(kept || number === before.counters.question + 1, 'a question number is used once', number);
}

function keepsToCaps(pipeline: Pipeline, { ledger }: TaskState, decided: number): void {
  // Each decision may send the task on to one more fail, which then asks at once.
  demand(ledger.total <= ledger.allowance + decided, 'the task keeps to its allowance', ledger);
  for (const [key, count] of Object.entries(ledger.bounces)) {
    const [stage, gate] = key.split('/');
    const row = pipeline.stages.find(({ name }) => name === stage);
    const cap = [...(row?.enter ?? []), ...(row?.leave ?? [])].find((one) => one.gate === gate)?.cap;
    demand(typeof cap === 'number' && count <= cap + decided, 'a gate keeps to its cap', key, count, cap);
  }
  for (const [what, count] of Object.entries(ledger.inconclusive)) {
    demand(count <= pipeline.caps.inconclusive + decided + 1, 'inconclusive answers keep to their cap', what, count);
  }
  demand(ledger.stale <= pipeline.caps.stale + decided, 'stale answers keep to their cap', ledger.stale);
}

function troubleIsFree(before: TaskState, after: TaskState): void {
  const { tries: _tries, ...old } = before.ledger;
  const { tries: _more, ...now } = after.ledger;
  same('trouble costs nothing but tries', old, now);
  same('trouble moves nothing', before.position, after.position);
  same('trouble asks nothing', before.question, after.question);
}

/** While something is landed the task stays where it landed, with its lane, until it is proven or taken back. */
function watchesOverProduction(rows: Set<string>, before: TaskState, after: TaskState): void {
  if (after.landed && !after.end) {
    demand(rows.has(after.position.stage), 'what landed does not go back by itself', before.position, after.position);
    if (before.landed) same('the lane is kept after landing', before.lease, after.lease);
  }
  if (!before.landed || after.landed) return;
  const takenBack = before.position.phase === 'compensate' && after.counters.branch === before.counters.branch + 1;
  demand(
    after.end?.outcome === 'done' || takenBack,
    'what landed is proven or taken back',
    before.position,
    after.position,
  );
}

/** A second nudge adds nothing to the first, and the first changes only when the next look is. */
function nudgesOnlyWake(pipeline: Pipeline, state: TaskState, at: number): void {
  const nudge = { at: at + 1, kind: 'woke', by: 'nudge' } as const;
  const once = advance(pipeline, state, nudge);
  const twice = advance(pipeline, once, nudge);
  const moved = Object.keys({ ...state, ...once }).filter((key) => changed(state, once, key as keyof TaskState));
  demand(
    moved.every((key) => key === 'wait' || key === 'ledger'),
    'a nudge changes only the wait',
    moved,
  );
  same('a nudge costs nothing', { ...state.ledger, wakes: 0 }, { ...once.ledger, wakes: 0 });
  same('a second nudge changes nothing', once.wait, twice.wait);
}

function changed(before: TaskState, after: TaskState, key: keyof TaskState): boolean {
  return before[key] !== after[key];
}

/** Answers to another step, or about another subject than the gate's own, are as if they had never come. */
function foreignVerdictsMoveNothing(pipeline: Pipeline, state: TaskState, at: number): void {
  const { stage, phase, index } = state.position;
  const ref = { stage, phase, index, attempt: state.counters.attempt + 1 };
  const answered = { at, kind: 'answered', verdict: pass('green') } as const;
  const late = { ...answered, step: { ...ref, attempt: ref.attempt - 1 } };
  demand(advance(pipeline, state, late) === state, 'a late answer moves nothing', state.position);
  if (!gateHere(pipeline, state)) return;
  for (const kind of ['documents', 'head', 'candidate', 'released'] as const) {
    const other = { ...answered, step: ref, subject: { kind, id: 'another' } };
    demand(advance(pipeline, state, other) === state, 'a verdict about another subject moves nothing', state.position);
  }
}

function same(rule: string, one: unknown, other: unknown): void {
  demand(JSON.stringify(one) === JSON.stringify(other), rule, one, other);
}
