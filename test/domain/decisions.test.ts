import { describe, expect, it } from 'vitest';
import { ask } from '../../domain/ask.ts';
import { decide, refusal } from '../../domain/decide.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import type { GateName } from '../../domain/pipeline.ts';
import type { Answer, QuestionCause } from '../../domain/question.ts';
import { ANSWERS, QUESTION_CAUSES } from '../../domain/question.ts';
import type { Position, TaskState } from '../../domain/state.ts';
import { newTask } from '../../domain/state.ts';
import type { SubjectRef } from '../../domain/subject.ts';

/** Where a task may stand when it asks: in a row of its own, in the lane, or with something landed. */
type Place = 'row' | 'lane' | 'landed';
const PLACES: readonly Place[] = ['row', 'lane', 'landed'];

const SPEC = { key: 'S-1', run: 1, project: 'S', repo: 's', base: 'main', title: 'Sell', branch: 'task/S-1' };
const RELEASE = { environment: 'staging', digest: 'sha256:d', deployId: 'd1' };
const FINDINGS = [{ text: 'unit is red' }];
const EARLIER = 'ada: earlier words';
const AT = 1_000;

type Standing = { position: Position; gate: GateName; subject: SubjectRef; approves: SubjectRef; cap: number };

/** A question in the lane is answered where the task stands without it: at the lane's first row. */
const STANDING: Record<Place, Standing> = {
  row: {
    position: { stage: 'development', phase: 'leave', index: 0, order: 'work-first' },
    gate: 'ci',
    subject: { kind: 'head', id: 'h' },
    approves: { kind: 'documents', id: 'docs' },
    cap: 3,
  },
  lane: {
    position: { stage: 'deploy-staging', phase: 'prepare', index: 0, order: 'work-first' },
    gate: 'staging',
    subject: { kind: 'staged', id: 'staging/sha256:d/d1' },
    approves: { kind: 'diff', id: 'diff' },
    cap: 3,
  },
  landed: {
    position: { stage: 'deploy', phase: 'leave', index: 0, order: 'work-first' },
    gate: 'health',
    subject: { kind: 'released', id: 'production/sha256:d/d1' },
    approves: { kind: 'diff', id: 'diff' },
    cap: 2,
  },
};

/** Causes that concern no gate. */
const WITHOUT_GATE: readonly QuestionCause[] = ['stale', 'budget', 'no-progress', 'cancelled'];

function gateOf(cause: QuestionCause, place: Place): GateName | undefined {
  if (cause === 'approval') return 'approval';
  return WITHOUT_GATE.includes(cause) ? undefined : STANDING[place].gate;
}

/** A task that has spent something of everything and asks, there, for this reason. */
function asking(cause: QuestionCause, place: Place): TaskState {
  const fresh = newTask(DEFAULT_PIPELINE, SPEC, 0);
  const candidate = { sha: 'm', head: 'h', base: 'b', tree: 't', diff: 'diff' };
  const subjects = {
    documents: 'docs',
    head: 'h',
    candidate,
    artifact: { image: 'i', digest: 'sha256:d', revision: 'm', buildRun: 'r' },
    staged: RELEASE,
    released: { ...RELEASE, environment: 'production' },
  };
  const state: TaskState = {
    ...fresh,
    position: STANDING[place].position,
    subjects,
    words: [EARLIER],
    ledger: {
      ...fresh.ledger,
      bounces: { 'development/ci': 3, 'deploy-staging/staging': 3, 'deploy/health': 2, 'testing/tests': 1 },
      total: 5,
      inconclusive: { 'testing/tests': 1 },
      stale: 2,
      approvals: 1,
    },
    ...(place === 'landed' ? { landed: { candidate: 'm', base: 'b' }, abort: { by: 'bob', since: 1 } } : {}),
  };
  const gate = gateOf(cause, place);
  const open = ask(DEFAULT_PIPELINE, state, { cause, why: 'why', findings: FINDINGS, ...(gate ? { gate } : {}) }, 500);
  if (!open.question) throw new Error('it asks');
  return { ...open, question: { ...open.question, told: 'told' } };
}

/** Which answers a question takes, cause by cause; all others are refused. */
function offered(cause: QuestionCause, place: Place): readonly Answer[] {
  if (cause === 'approval') return place === 'landed' ? ['approve', 'reject'] : ['approve', 'reject', 'abort'];
  if (place === 'landed') return ['retry', 'revert'];
  return WITHOUT_GATE.includes(cause) ? ['retry', 'back', 'abort'] : ['retry', 'accept', 'back', 'abort'];
}

const SAID = [EARLIER, 'pat: because'];
const START = { stage: 'analysis', phase: 'work', index: 0, order: 'work-first' } as const;

/** Everything a decision may touch; what an effect does not name stays as it was. */
type Touched = Pick<TaskState, 'position' | 'ledger' | 'findings' | 'words' | 'acceptances' | 'approvals'> & {
  retrying: TaskState['retrying'];
  compensating: TaskState['compensating'];
  end: TaskState['end'];
};

function touched(state: TaskState): Touched {
  const { position, ledger, findings, words, acceptances, approvals, retrying, compensating, end } = state;
  return { position, ledger, findings, words, acceptances, approvals, retrying, compensating, end };
}

function effect(answer: Answer, cause: QuestionCause, place: Place, before: TaskState): Partial<Touched> {
  const { gate, subject, approves, position } = STANDING[place];
  switch (answer) {
    case 'approve':
    case 'reject':
      return {
        words: [],
        approvals: [{ subject: approves, answer, words: 'because', by: 'pat', at: AT }],
        ledger: { ...before.ledger, approvals: answer === 'approve' ? 2 : 1 },
      };
    case 'retry':
      if (cause === 'cancelled') return { words: SAID, end: { outcome: 'done', at: AT } };
      return {
        words: SAID,
        ledger: retried(cause, place, before),
        retrying: retrying(cause, place),
        ...reread(cause, place),
      };
    case 'accept':
      return { words: [], acceptances: [{ gate, subject, reason: 'because', by: 'pat' }] };
    case 'back':
      return { words: SAID, position: START, findings: FINDINGS };
    case 'revert': {
      const from = cause === 'cancelled' ? 0 : 1;
      const at = gateOf(cause, place);
      return {
        words: SAID,
        position: { ...position, phase: 'compensate', index: from },
        compensating: { stage: 'deploy', ...(at ? { gate: at } : {}), findings: FINDINGS },
      };
    }
    case 'abort':
      return { words: SAID, end: { outcome: 'aborted', at: AT, by: 'pat', reason: 'because' } };
  }
}

/** The gate has its cap again, the task's total rises by it, and the counts of what proved nothing start again. */
function retried(cause: QuestionCause, place: Place, { ledger }: TaskState): TaskState['ledger'] {
  const gate = gateOf(cause, place);
  const { [`${STANDING[place].position.stage}/${gate}`]: _forgiven, ...bounces } = ledger.bounces;
  return { ...ledger, bounces, allowance: 6 + (gate ? STANDING[place].cap : 0), inconclusive: {}, stale: 0 };
}

function retrying(cause: QuestionCause, place: Place): TaskState['retrying'] {
  const gate = gateOf(cause, place);
  const asked = place === 'landed' && cause !== 'budget' ? 'landed' : cause;
  return { stage: STANDING[place].position.stage, ...(gate ? { gate } : {}), cause: asked };
}

/** What keeps going stale is read again from the earliest that no longer holds, without work. */
function reread(cause: QuestionCause, place: Place): Partial<Touched> {
  const reads = cause === 'stale' && place === 'row';
  return reads ? { position: { ...STANDING.row.position, order: 'gates-first' } } : {};
}

const CELLS = QUESTION_CAUSES.flatMap(
  (cause) => PLACES.flatMap((place) => ANSWERS.map((answer) => ({ cause, place, answer }))),
  // Production can only be proven once something has landed.
).filter(({ cause, place }) => cause !== 'cancelled' || place === 'landed');

describe('a decision', () => {
  it.each(CELLS)('$answer on $cause, $place', ({ cause, place, answer }) => {
    const before = asking(cause, place);
    const number = before.question?.number ?? 0;
    const stage = answer === 'back' ? { stage: 'analysis' } : {};
    const decision = { number, answer, words: ' because ', by: 'pat', ...stage };
    const refused = refusal(DEFAULT_PIPELINE, before, decision);
    const after = decide(DEFAULT_PIPELINE, before, decision, AT);

    if (!offered(cause, place).includes(answer)) {
      expect(refused).toBe(`Question 1 can be answered with ${offered(cause, place).join(', ')}, not with ${answer}.`);
      expect(after).toBe(before);
      return;
    }
    expect(refused).toBeUndefined();
    expect(after.question).toBeUndefined();
    expect(touched(after)).toEqual({ ...touched(before), ...effect(answer, cause, place, before) });
  });

  it.each(QUESTION_CAUSES)('on %s: answers this number only, once', (cause) => {
    const before = asking(cause, cause === 'cancelled' ? 'landed' : 'row');
    const [answer = 'abort'] = before.question?.answers ?? [];
    for (const number of [0, 2, 7]) {
      const decision = { number, answer, by: 'pat' };
      expect(refusal(DEFAULT_PIPELINE, before, decision)).toBe(`S-1 asks question 1; question ${number} is not open.`);
      expect(decide(DEFAULT_PIPELINE, before, decision, AT)).toBe(before);
    }
    const after = decide(DEFAULT_PIPELINE, before, { number: 1, answer, by: 'pat' }, AT);
    expect(decide(DEFAULT_PIPELINE, after, { number: 1, answer, by: 'pat' }, AT)).toBe(after);
  });
});

describe('an approval with a list of approvers', () => {
  const asked = asking('approval', 'row');
  const open: TaskState = asked.question
    ? { ...asked, question: { ...asked.question, approvers: ['ada', 'cleo'] } }
    : asked;

  it.each(['approve', 'reject'] as const)('is not given or refused by somebody else: %s', (answer) => {
    const decision = { number: 1, answer, by: 'bob' };
    const says = 'bob may not answer question 1: ada and cleo may.';
    expect(refusal(DEFAULT_PIPELINE, open, decision)).toBe(says);
    const after = decide(DEFAULT_PIPELINE, open, decision, AT);
    expect(after).toEqual({ ...open, remark: { marker: 'S-1#1/question/1/refused/bob', markdown: says } });
    expect(decide(DEFAULT_PIPELINE, open, { ...decision, by: 'cleo' }, AT).question).toBeUndefined();
  });

  it('is ended by anybody: an abort is no answer to it', () => {
    expect(decide(DEFAULT_PIPELINE, open, { number: 1, answer: 'abort', by: 'bob' }, AT).end).toBeDefined();
  });
});
