import { describe, expect, it } from 'vitest';
import { refusal } from '../../../domain/decide.ts';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import type { Answer, QuestionCause } from '../../../domain/question.ts';
import { ANSWERS } from '../../../domain/question.ts';
import { asks, inconclusive, pending, stale } from '../../../domain/verdict.ts';
import { approved } from '../support/approved.ts';
import { deliver } from '../support/deliver.ts';
import type { Delivery } from '../support/deliver.ts';
import { meanwhile, red, SAME_TREE, times, USUAL } from '../support/script.ts';
import { moveBase } from '../support/world.ts';

/** What a person sees happen next after each answer the question offers; every other answer is refused. */
type Case = {
  question: string;
  cause: QuestionCause;
  open: () => Delivery;
  leads: Partial<Record<Answer, string[]>>;
};

const ABORTED = ['card → cancelled', 'aborted'];
const back = ['card → entry', 'analysis · analyst'];

const CASES: Case[] = [
  {
    question: 'an approval',
    cause: 'approval',
    open: () => {
      const task = deliver();
      task.go();
      return task;
    },
    leads: {
      approve: ['card → entry', 'analysis · approval → pass', 'architecture · architect'],
      reject: ['card → entry', 'analysis · approval → fail: because', 'analysis · analyst'],
      abort: ABORTED,
    },
  },
  {
    question: 'a cap',
    cause: 'cap',
    open: () => approved({ script: { ci: times(9, red('unit is red')) } }),
    leads: {
      retry: ['card → entry', 'development · ci → fail: unit is red', 'development · developer #6 → pass'],
      accept: [
        'card → entry',
        'development · ci → waived: waived by pat (because): unit is red',
        'development · protected-paths',
      ],
      back,
      abort: ABORTED,
    },
  },
  {
    question: 'operators, before landing',
    cause: 'operators',
    open: () => approved({ script: { 'protected-paths': times(9, red('.ci/run was changed')) } }),
    leads: {
      retry: ['card → entry', 'development · protected-paths → fail: .ci/run was changed', 'question 3 (operators)'],
      accept: ['card → entry', 'development · protected-paths → waived', 'review · reviewer'],
      back,
      abort: ABORTED,
    },
  },
  {
    question: 'a limit',
    cause: 'limit',
    open: () => approved({ script: { ci: times(99, pending('unit')) } }),
    leads: {
      retry: ['card → entry', 'development · ci → pending', 'waits 30s: waiting for unit'],
      accept: ['card → entry', 'development · ci → waived', 'development · protected-paths'],
      back,
      abort: ABORTED,
    },
  },
  {
    question: 'an inconclusive gate',
    cause: 'inconclusive',
    open: () => approved({ script: { tests: times(9, inconclusive('no report')) } }),
    leads: {
      retry: ['card → entry', 'testing · tests → inconclusive', 'testing · tester #7 → pass'],
      accept: ['card → entry', 'testing · tests → waived', 'lane release taken'],
      back,
      abort: ABORTED,
    },
  },
  {
    question: 'inconclusive work',
    cause: 'inconclusive',
    open: () => approved({ script: { tester: times(2, inconclusive('it stalled')) } }),
    leads: { retry: ['card → entry', 'testing · tester #7 → pass'], back, abort: ABORTED },
  },
  {
    question: 'too many stale answers',
    cause: 'stale',
    open: () => approved({ script: { tests: times(5, stale('somebody pushed', {})) } }),
    leads: { retry: ['card → entry', 'testing · tests → pass'], back, abort: ABORTED },
  },
  {
    question: 'a gate that asks',
    cause: 'asks',
    open: () => approved({ script: { review: times(2, asks('the pull request was closed by hand')) } }),
    leads: {
      retry: [
        'card → entry',
        'review · review → asks: the pull request',
        'review · reviewer #5 → pass',
        'review · review → pass',
      ],
      accept: ['card → entry', 'review · review → waived', 'testing · tester'],
      back,
      abort: ABORTED,
    },
  },
  {
    question: 'an agent that gave up',
    cause: 'asks',
    open: () => approved({ script: { developer: [asks('the developer gave up: two specifications disagree')] } }),
    leads: { retry: ['card → entry', 'development · developer #4 → pass'], back, abort: ABORTED },
  },
  {
    question: 'a deployment that staging refused',
    cause: 'asks',
    open: () => approved({ script: { candidate: [asks('staging refused the deploy')] } }),
    leads: { retry: ['card → entry', 'lane release taken', 'deploy-staging · sync → pass'], back, abort: ABORTED },
  },
  {
    question: 'no progress',
    cause: 'no-progress',
    open: () => approved({ script: { ci: [red('unit is red')], developer: [USUAL, SAME_TREE] } }),
    leads: { retry: ['card → entry', 'development · developer #5 → pass'], back, abort: ABORTED },
  },
  {
    question: 'a gate after landing',
    cause: 'landed',
    open: () => approved({ script: { fresh: times(9, red('another digest')) } }),
    leads: {
      retry: ['card → entry', 'deploy · fresh → fail: another digest', 'question 3 (landed)'],
      revert: ['card → entry', 'deploy · revert → pass', 'lane release given up', 'development · developer'],
    },
  },
  {
    question: 'a compensation that asks',
    cause: 'landed',
    open: () => approved({ production: 'empty', script: { health: [red('down')] } }),
    leads: {
      retry: ['card → entry', 'deploy · restore → asks: nothing ran', 'question 3 (landed)'],
      revert: ['card → entry', 'deploy · revert → pass', 'lane release given up', 'development · developer'],
    },
  },
];

function answerOf(task: Delivery, answer: Answer): void {
  task.decide(answer, 'because', answer === 'back' ? { stage: 'analysis' } : {});
}

describe.each(CASES)('the question of $question', ({ cause, open, leads }) => {
  it('is asked with its cause, and the card shows who has to act', () => {
    const { state } = open();
    expect(state.question).toMatchObject({ cause, told: 'told' });
    expect(state.cardWritten).toBe(cause === 'approval' ? 'asking' : 'needsInput');
    expect([...(state.question?.answers ?? [])].sort()).toEqual(Object.keys(leads).sort());
  });

  it.each(ANSWERS)('%s: is carried out, or refused with what can be answered instead', (answer) => {
    const task = open();
    const before = task.state;
    const from = task.trace.length + 1;
    answerOf(task, answer);
    const expected = leads[answer];
    if (!expected) {
      expect(task.state).toEqual(before);
      expect(task.trace.at(-1)).toContain(
        `can be answered with ${before.question?.answers.join(', ')}, not with ${answer}`,
      );
      return;
    }
    expect(task.state.question).toBeUndefined();
    for (let steps = 0; steps < expected.length && task.once(); steps++);
    task.go(() => task.trace.length >= from + expected.length);
    const lines = task.trace.slice(from, from + expected.length);
    expect(lines.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected);
  });

  it('takes words to the next run, or into the waiver', () => {
    const task = open();
    if (!leads.back) return;
    answerOf(task, 'back');
    expect(task.state.words).toEqual(['pat: because']);
    expect(task.state.findings).toEqual(expect.any(Array));
  });
});

describe('a decision that is refused', () => {
  const asking = () => approved({ script: { ci: times(3, red('unit is red')) } });
  const decision = { number: 2, answer: 'retry', by: 'pat' } as const;

  it.each([
    {
      what: 'for another number',
      given: { ...decision, number: 1 },
      says: 'SHOP-1 asks question 2; question 1 is not open (answered: approve by pat).',
    },
    {
      what: 'for a number nobody has asked yet',
      given: { ...decision, number: 3 },
      says: 'SHOP-1 asks question 2; question 3 is not open.',
    },
    {
      what: 'with an acceptance without a reason',
      given: { ...decision, answer: 'accept' as const, words: '  ' },
      says: 'An acceptance needs a reason.',
    },
    {
      what: 'back without a stage',
      given: { ...decision, answer: 'back' as const },
      says: '"back" needs an earlier stage: one of analysis, architecture.',
    },
    {
      what: 'back to a later stage',
      given: { ...decision, answer: 'back' as const, stage: 'testing' },
      says: '"back" needs an earlier stage: one of analysis, architecture, not testing.',
    },
  ])('$what says why and changes nothing', ({ given, says }) => {
    const task = asking();
    const before = task.state;
    expect(refusal(DEFAULT_PIPELINE, before, given)).toBe(says);
    task.send({ kind: 'decided', decision: given });
    expect(task.state).toEqual(before);
  });

  it('because nothing is asked, or the task has ended, says so', () => {
    const task = deliver();
    expect(refusal(DEFAULT_PIPELINE, task.state, decision)).toBe('SHOP-1 asks nothing at the moment.');
    const ended = approved();
    expect(refusal(DEFAULT_PIPELINE, ended.state, decision)).toBe(
      'SHOP-1 has ended (done); nothing is left to decide.',
    );
  });

  it('never answers twice: the second of two equal decisions finds no question', () => {
    const task = asking();
    task.decide('retry');
    const after = task.state;
    task.decide('retry', undefined, { number: 2 });
    expect(task.state).toEqual(after);
  });
});

describe('a retry', () => {
  it('concerns what was asked: another gate that asks afterwards is a question of its own', () => {
    const script = {
      developer: times(2, inconclusive('it stalled')),
      ci: [asks('the pull request was closed by hand')],
    };
    const task = approved({ script });
    task.decide('retry');
    task.go();
    expect(task.state.question).toMatchObject({ number: 3, cause: 'asks', gate: 'ci' });
    expect(task.lines('developer #')).toHaveLength(3);
  });
});

describe('back to a row of the lane', () => {
  it('merges the same head again: what was judged for it still counts', () => {
    const script = { sync: [meanwhile(({ world }) => moveBase(world, 'other-1'))], land: [asks('closed by hand')] };
    const task = approved({ script });
    task.decide('back', 'open again', { stage: 'deploy-staging' });
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ agentRuns: 5, stale: 0 });
  });
});

describe('an answer given at the cap', () => {
  it('accept is lost with its subject: a new head has to pass by itself', () => {
    const task = approved({ script: { ci: times(5, red('unit is red')), tests: [red('crash')] } });
    task.decide('accept', 'flaky runner');
    task.go();
    expect(task.lines('ci →', 'question').slice(5)).toEqual([
      'development · ci → waived: waived by pat (flaky runner): unit is red',
      'development · ci → fail: unit is red',
      'question 3 (cap): ci failed 4 times: unit is red',
    ]);
  });

  it('back does not give the cap again: the next fail asks at once', () => {
    const task = approved({ script: { ci: times(4, red('unit is red')) } });
    task.decide('back', 'rethink it', { stage: 'architecture' });
    task.go();
    expect(task.state.question).toMatchObject({ number: 3, cause: 'cap', why: 'ci failed 4 times: unit is red' });
    expect(task.lines('architect #')).toHaveLength(2);
  });
});
