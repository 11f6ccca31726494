import { describe, expect, it } from 'vitest';
import { EDITS_DOCUMENTS, KEEPS_DOCUMENTS, red, reports, SAME_TREE, times, USUAL } from '../support/script.ts';
import { fail, inconclusive } from '../../../domain/verdict.ts';
import { approved } from '../support/approved.ts';
import { deliver } from '../support/deliver.ts';

describe('a fail that repeats', () => {
  it('asks at the third red ci, without a fourth run, and stays silent until a person decides', () => {
    const task = approved({ script: { ci: times(3, red('unit is red')) } });

    expect(task.lines('development', 'question', 'card')).toMatchInlineSnapshot(`
      [
        "question 1 (approval): Approve the documents docs:an?",
        "card → entry",
        "development · developer #3 → pass",
        "development · ci → fail: unit is red",
        "development · developer #4 → pass",
        "development · ci → fail: unit is red",
        "development · developer #5 → pass",
        "development · ci → fail: unit is red",
        "question 2 (cap): ci failed 3 times: unit is red",
      ]
    `);
    expect(task.state.ledger).toMatchObject({ bounces: { 'development/ci': 3 }, total: 3, agentRuns: 5 });
    const before = task.trace.length;
    for (let look = 0; look < 50; look++) {
      task.look(look % 2 === 0 ? 'forge' : undefined);
      task.go();
    }
    // Nothing but the reminders of 25 hours.
    expect(task.trace.slice(before)).toEqual(['reminder 1', 'reminder 2']);
    expect(task.state.ledger.agentRuns).toBe(5);
  });

  it('gives the gate its cap again on retry, reads first, and sends findings and words to the next run', () => {
    const task = approved({ script: { ci: times(4, red('unit is red')) } });
    task.decide('retry', 'look at the rounding');
    const { findings, words } = task.goTo('developer');

    expect(findings).toEqual([{ text: 'unit is red' }]);
    expect(words).toEqual(['pat: look at the rounding']);
    expect(task.state.ledger).toMatchObject({ bounces: { 'development/ci': 1 }, total: 4, allowance: 9 });
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('asks when the reviewer requests changes for the third time', () => {
    const task = approved({ script: { reviewer: times(3, reports('names are unclear')) } });

    expect(task.lines('review ·', 'developer', 'question')).toMatchInlineSnapshot(`
      [
        "question 1 (approval): Approve the documents docs:an?",
        "development · developer #3 → pass",
        "review · reviewer #4 → pass",
        "review · review → fail: names are unclear",
        "development · developer #5 → pass",
        "review · reviewer #6 → pass",
        "review · review → fail: names are unclear",
        "development · developer #7 → pass",
        "review · reviewer #8 → pass",
        "review · review → fail: names are unclear",
        "question 2 (cap): review failed 3 times: names are unclear",
      ]
    `);
    expect(task.state.ledger).toMatchObject({ bounces: { 'review/review': 3 }, total: 3 });
    expect(task.state.question).toMatchObject({
      cause: 'cap',
      gate: 'review',
      findings: [{ text: 'names are unclear' }],
    });
  });

  it('asks when the whole task was sent back six times, whichever gates did it', () => {
    const task = approved({
      script: {
        ci: [red('lint'), USUAL, USUAL, red('types')],
        reviewer: [reports('naming'), reports('docs')],
        tester: times(2, reports('crash')),
      },
    });

    expect(task.state.ledger.total).toBe(6);
    expect(task.state.question).toMatchObject({ cause: 'cap', why: 'sent back 6 times in all, now by tests: crash' });
  });

  it('never charges a rejected approval, however often: ten rejections, ten reworks with the words as findings', () => {
    const task = deliver();
    task.go();
    for (let round = 1; round <= 10; round++) {
      task.decide('reject', `too long, take ${round}`);
      expect(task.goTo('analyst').findings).toEqual([{ text: `too long, take ${round}` }]);
      expect(task.go().question).toMatchObject({ number: round + 1, cause: 'approval' });
    }
    expect(task.state.ledger).toMatchObject({ total: 0, bounces: {}, agentRuns: 11 });
    task.decide('approve');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('names the person who rejects without words', () => {
    const task = deliver();
    task.go();
    task.decide('reject');
    expect(task.goTo('analyst').findings).toEqual([{ text: 'rejected by pat without words' }]);
  });

  it('asks again, and never reworks by itself, when the rework leaves the rejected documents as they were', () => {
    const task = deliver({ script: { analyst: [USUAL, ...times(5, KEEPS_DOCUMENTS)] } });
    task.go();
    task.decide('reject', 'no');
    task.go();
    expect(task.state.question).toMatchObject({ number: 2, cause: 'approval' });
    expect(task.state.ledger.agentRuns).toBe(2);
  });
});

describe('no progress', () => {
  it('asks at once when the tree is the same after a bounce, whatever was said', () => {
    const task = approved({ script: { ci: [red('unit is red')], developer: [USUAL, SAME_TREE] } });

    expect(task.lines('development', 'question')).toMatchInlineSnapshot(`
      [
        "question 1 (approval): Approve the documents docs:an?",
        "development · developer #3 → pass",
        "development · ci → fail: unit is red",
        "development · developer #4 → pass",
        "question 2 (no-progress): no progress: after the rework the files are the same as before: unit is red",
      ]
    `);
    expect(task.state.question).toMatchObject({ cause: 'no-progress', findings: [{ text: 'unit is red' }] });
    task.decide('retry', 'the fixture is wrong, not the code');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('is a fail of the next gate when the developer owes changes and made none, and a question the second time', () => {
    const none = fail('no changes: the developer finished without changing anything');
    const task = approved({ script: { developer: [none, none] } });

    expect(task.lines('development', 'question')).toMatchInlineSnapshot(`
      [
        "question 1 (approval): Approve the documents docs:an?",
        "development · developer #3 → fail: no changes: the developer finished without changing anything",
        "development · developer #4 → fail: no changes: the developer finished without changing anything",
        "question 2 (no-progress): no progress: after the rework the files are the same as before: no changes: the developer finished without changing anything",
      ]
    `);
    expect(task.state.ledger.bounces).toEqual({ 'development/ci': 1 });
    expect(task.state.question?.cause).toBe('no-progress');
  });
});

describe('an inconclusive answer', () => {
  it('runs the work once more and goes on when that concludes', () => {
    const task = approved({ script: { tester: [inconclusive('the tester crashed')] } });

    expect(task.lines('testing')).toEqual([
      'testing · tester #5 → inconclusive: the tester crashed',
      'testing · tester #6 → pass',
      'testing · tests → pass',
    ]);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, inconclusive: {} });
  });

  it.each([
    {
      what: 'of the work',
      script: { tester: times(2, inconclusive('it stalled')) },
      why: 'work could not be concluded (2 in a row): it stalled',
    },
    {
      what: 'of the gate',
      script: { tests: times(2, inconclusive('no report')) },
      why: 'tests could not be concluded (2 in a row): no report',
    },
  ])('asks when it is the second in a row $what', ({ script, why }) => {
    const task = approved({ script });
    expect(task.state.question).toMatchObject({ cause: 'inconclusive', stage: 'testing', why });
    expect(task.state.ledger.total).toBe(0);

    task.decide('retry');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('counts only answers in a row', () => {
    const once = inconclusive('flaky');
    const task = approved({ script: { tester: [once, reports('crash'), once, USUAL] } });
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger.total).toBe(1);
  });

  it('never walks past an enter gate by working', () => {
    const task = approved({ script: { merge: [inconclusive('half read')] } });
    expect(task.lines('sync', 'merge', 'candidate')).toEqual([
      'deploy-staging · sync → pass',
      'deploy-staging · merge → inconclusive: half read',
      'deploy-staging · sync → pass',
      'deploy-staging · merge → pass',
      'deploy-staging · candidate → pass',
    ]);
  });

  it('of the work of a prepared row repeats the work, not the preparation', () => {
    const task = approved({ script: { promote: [inconclusive('the answer was cut off')] } });
    expect(task.lines('deploy ·')).toEqual([
      'deploy · land → pass',
      'deploy · fresh → pass',
      'deploy · promote → inconclusive: the answer was cut off',
      'deploy · promote → pass',
      'deploy · health → pass',
    ]);
  });
});

describe('documents', () => {
  it('keep their approval when a later role only writes its own, also when it has to write it again', () => {
    const task = approved({ script: { artifacts: [USUAL, red('architecture.md is empty')] } });
    expect(task.lines('approval')).toHaveLength(3);
    expect(task.state.ledger).toMatchObject({ bounces: { 'architecture/artifacts': 1 }, stale: 0, approvals: 1 });
  });

  it('are approved again when the developer changes them', () => {
    const task = approved({ script: { developer: [EDITS_DOCUMENTS] } });
    expect(task.lines('·', 'question').slice(-4)).toMatchInlineSnapshot(`
      [
        "development · developer #3 → pass",
        "analysis · artifacts → pass",
        "analysis · approval → asks: Approve the documents docs:de?",
        "question 2 (approval): Approve the documents docs:de?",
      ]
    `);
    task.decide('approve');
    task.go();
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ stale: 1, total: 0, agentRuns: 5 });
  });

  it('are approved again when an architect rewrites what was approved', () => {
    const task = approved({ script: { architect: [EDITS_DOCUMENTS] } });
    expect(task.state.question).toMatchObject({ number: 2, cause: 'approval', stage: 'analysis' });
  });
});
