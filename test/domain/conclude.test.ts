import { describe, expect, it } from 'vitest';
import { concludeRun } from '../../domain/conclude.ts';
import type { Role, RoleOwes } from '../../domain/pipeline.ts';
import type { AgentRun, Report } from '../../domain/run.ts';
import { NO_USAGE } from '../../domain/run.ts';

const START = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const OTHER = 'c'.repeat(40);

function role(owes: RoleOwes): Role {
  return { owes, documents: owes === 'documents' ? ['analysis.md'] : [] };
}

function run(given: Partial<AgentRun> = {}, report: Partial<Report> = {}): AgentRun {
  return {
    exit: { kind: 'finished' },
    report: { kind: 'valid', report: { verdict: 'pass', summary: 'Done.', findings: [], head: START, ...report } },
    start: START,
    head: HEAD,
    tree: 'd'.repeat(40),
    sideRef: 'refs/conveyor/x',
    usage: NO_USAGE,
    log: '/log',
    ...given,
  };
}

const still = { head: START };
const findings = [{ text: 'No test.', where: 'a.ts:1' }];
const invalid = { kind: 'invalid', why: 'The agent ended without a report.' } as const;

describe('the work of an agent', () => {
  it.each<[string, RoleOwes, AgentRun, object]>([
    ['a change is a pass', 'changes', run(), { kind: 'pass' }],
    ['a change of its own commit is a pass', 'changes', run({}, { head: HEAD }), { kind: 'pass' }],
    ['documents are a pass', 'documents', run(), { kind: 'pass' }],
    ['a judgement is a pass', 'judgement', run(still), { kind: 'pass' }],
    [
      'a judgement of fail is still a pass: the gate judges it',
      'judgement',
      run(still, { verdict: 'fail', findings }),
      { kind: 'pass' },
    ],
    [
      'owed changes that are not there fail',
      'changes',
      run(still),
      { kind: 'fail', findings: [{ text: 'no changes: the developer finished without changing anything' }] },
    ],
    [
      'owed documents that are not there fail',
      'documents',
      run(still),
      { kind: 'fail', findings: [{ text: 'no changes: the author finished without writing a document' }] },
    ],
    [
      'an admitted shortfall fails with its findings',
      'changes',
      run({}, { verdict: 'fail', findings }),
      { kind: 'fail', findings },
    ],
    [
      'giving up asks',
      'changes',
      run(still, { verdict: 'gave-up', summary: 'No way.' }),
      { kind: 'asks', why: 'the developer gave up: No way.' },
    ],
    [
      'needing input asks',
      'documents',
      run(still, { verdict: 'needs-input', summary: 'Which?' }),
      { kind: 'asks', why: 'the author needs input: Which?' },
    ],
    [
      'an invalid report is inconclusive',
      'changes',
      run({ report: invalid }),
      { kind: 'inconclusive', why: "the developer's report is invalid: The agent ended without a report." },
    ],
    [
      'an invalid report of nothing done is inconclusive, no fail',
      'changes',
      run({ ...still, report: invalid }),
      { kind: 'inconclusive' },
    ],
    [
      'a report about another commit is inconclusive',
      'changes',
      run({}, { head: OTHER }),
      { kind: 'inconclusive', why: 'the developer reported on another commit, ccccccc instead of bbbbbbb' },
    ],
    [
      'a judge that moved the head is inconclusive',
      'judgement',
      run(),
      { kind: 'inconclusive', why: 'the reviewer changed files, which a judge must not; its changes were refused' },
    ],
    [
      'a judge that moved the head and asks is inconclusive',
      'judgement',
      run({}, { verdict: 'needs-input' }),
      { kind: 'inconclusive' },
    ],
    [
      'a run over time is inconclusive',
      'changes',
      run({ exit: { kind: 'timed-out', afterMs: 3_600_000 } }),
      { kind: 'inconclusive', why: 'the developer was stopped after 60 min, its time limit' },
    ],
    [
      'a stalled run is inconclusive',
      'changes',
      run({ exit: { kind: 'stalled', idleMs: 90_000 } }),
      { kind: 'inconclusive', why: 'the developer was stopped after 90 s without any sign of work' },
    ],
    [
      'a run that turned in circles is inconclusive',
      'changes',
      run({ exit: { kind: 'no-progress', forMs: 1_200_000 } }),
      {
        kind: 'inconclusive',
        why: 'the developer was stopped after 20 min of nothing new and no changed file',
      },
    ],
    [
      'a run over its limits is inconclusive',
      'changes',
      run({ exit: { kind: 'over-limit', detail: 'it had 1001 processes at once, more than the 1000 it may have' } }),
      {
        kind: 'inconclusive',
        why: 'the developer was stopped: it had 1001 processes at once, more than the 1000 it may have',
      },
    ],
    [
      'a crash is inconclusive, whatever was reported',
      'changes',
      run({ exit: { kind: 'crashed', detail: 'exit status 1: out of memory' } }),
      { kind: 'inconclusive', why: 'the developer crashed: exit status 1: out of memory' },
    ],
    [
      'a run over budget asks',
      'changes',
      run({ exit: { kind: 'over-budget', detail: '5 of 4 USD' } }),
      { kind: 'asks' },
    ],
    [
      'quota waits until it is given again',
      'changes',
      run({ exit: { kind: 'quota', until: 99, detail: 'limit reached' } }),
      { kind: 'pending', for: "the provider's quota: limit reached", until: 99 },
    ],
  ])('%s', (_what, owes, given, expected) => {
    expect(concludeRun(role(owes), given)).toMatchObject(expected);
  });

  it('waits for a quota whose time nobody knows', () => {
    const verdict = concludeRun(role('changes'), run({ exit: { kind: 'quota', detail: 'limit reached' } }));
    expect(verdict).toEqual({ kind: 'pending', for: "the provider's quota: limit reached" });
  });

  it('calls the role by its name where it is given', () => {
    expect(concludeRun(role('documents'), run(still), 'architect')).toMatchObject({
      findings: [{ text: 'no changes: the architect finished without writing a document' }],
    });
  });

  it('names the report and the commit as evidence', () => {
    expect(concludeRun(role('changes'), run())).toEqual({
      kind: 'pass',
      evidence: ['the developer made bbbbbbb: Done.', 'Done.'],
    });
  });

  it('keeps the reason of a wait to one short sentence', () => {
    const verdict = concludeRun(role('changes'), run({ exit: { kind: 'crashed', detail: 'x'.repeat(500) } }));
    expect(verdict.kind === 'inconclusive' && verdict.why.length).toBe(140);
  });
});
