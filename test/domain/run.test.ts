import { describe, expect, it } from 'vitest';
import { advance } from '../../domain/advance.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { next } from '../../domain/next.ts';
import type { AgentExit, AgentRun } from '../../domain/run.ts';
import { addedUsage, NO_USAGE, sessionToContinue } from '../../domain/run.ts';
import { readLostTry, readRecord, writeRecord } from '../../domain/run-schema.ts';
import type { RunRecord } from '../../domain/run-schema.ts';
import type { TaskState } from '../../domain/state.ts';
import { inconclusive, pass } from '../../domain/verdict.ts';
import { approvedUpTo } from './support/approved.ts';

const HEAD = 'a'.repeat(40);
const USAGE = { tokensIn: 1, tokensOut: 2, tokensCached: 3, usd: 0.5, turns: 4, durationMs: 5 };

const EXITS: AgentExit[] = [
  { kind: 'finished' },
  { kind: 'timed-out', afterMs: 1 },
  { kind: 'stalled', idleMs: 1 },
  { kind: 'no-progress', forMs: 1 },
  { kind: 'crashed', detail: 'x' },
  { kind: 'over-limit', detail: 'x' },
  { kind: 'over-budget', detail: 'x' },
  { kind: 'quota', detail: 'x' },
  { kind: 'quota', until: 9, detail: 'x' },
];

function record(exit: AgentExit, more: Partial<RunRecord> = {}): RunRecord {
  const report = {
    verdict: 'fail',
    summary: 's',
    findings: [{ text: 'f', where: 'w' }, { text: 'g' }],
    head: HEAD,
  } as const;
  return {
    exit,
    report: { kind: 'valid', report: { ...report, findings: [...report.findings] } },
    start: HEAD,
    usage: USAGE,
    log: '/log',
    ...more,
  };
}

function ended(exit: AgentExit, session?: string): AgentRun {
  const known = record(exit, session === undefined ? {} : { session });
  return { ...known, head: HEAD, tree: HEAD, sideRef: 'refs/x' };
}

describe('a record of a run', () => {
  it.each(EXITS)('that ended $kind reads as it was written', (exit) => {
    for (const one of [record(exit), record(exit, { session: 's', report: { kind: 'invalid', why: 'none' } })]) {
      expect(readRecord(writeRecord(one))).toEqual(one);
    }
  });

  it.each(['', 'x', '{}', '[]', '{"exit":{"kind":"unheard-of"}}'])('is not read from %j', (text) => {
    expect(readRecord(text)).toBeUndefined();
  });
});

describe('a lost try', () => {
  it('is known by its last heartbeat', () => {
    const beat = { log: '/log', offset: 1, lastOutputAt: 2, usage: USAGE, session: 's' };
    expect(readLostTry(beat)).toEqual({ usage: USAGE, session: 's' });
    expect(readLostTry({ usage: USAGE })).toEqual({ usage: USAGE });
  });

  it.each([undefined, null, 'x', {}, { usage: { usd: 'much' } }])(
    'that said nothing usable spent nothing: %j',
    (beat) => {
      expect(readLostTry(beat)).toEqual({ usage: NO_USAGE });
    },
  );

  it('is paid for like any other', () => {
    expect(addedUsage(USAGE, { ...USAGE, usd: 0.25 })).toEqual({
      tokensIn: 2,
      tokensOut: 4,
      tokensCached: 6,
      usd: 0.75,
      turns: 8,
      durationMs: 10,
    });
  });
});

describe('the session of a run', () => {
  // prettier-ignore
  it.each<[AgentExit['kind'], after: 'new' | 'none', again: 'kept' | 'none']>([
    ['finished',    'none', 'none'],
    ['no-progress', 'none', 'none'],
    ['timed-out',   'new',  'none'],
    ['stalled',     'new',  'none'],
    ['crashed',     'new',  'none'],
    ['over-limit',  'new',  'none'],
    ['over-budget', 'new',  'kept'],
    ['quota',       'new',  'kept'],
  ])('that ended %s is continued: %s; when it was continued already: %s', (kind, after, again) => {
    const exit = EXITS.find((one) => one.kind === kind) ?? { kind: 'finished' };
    expect(sessionToContinue(ended(exit, 's'), undefined)).toBe(after === 'new' ? 's' : undefined);
    expect(sessionToContinue(ended(exit, 's'), 's')).toBe(again === 'kept' ? 's' : undefined);
    expect(sessionToContinue(ended(exit), undefined)).toBeUndefined();
  });

  function answered(state: TaskState, how: 'passed' | 'stalled', session?: string): TaskState {
    const step = next(DEFAULT_PIPELINE, state);
    if (step.kind !== 'agent') throw new Error(`The task would ${step.kind}`);
    const facts = { usage: NO_USAGE, ...(session === undefined ? {} : { session }) };
    const event = { at: 1, kind: 'answered', step: step.ref, facts } as const;
    return advance(DEFAULT_PIPELINE, state, {
      ...event,
      verdict: how === 'stalled' ? inconclusive('it stalled') : pass('done'),
    });
  }

  it('is kept for the next run of the same stage, and forgotten with the next answer', () => {
    const { state } = approvedUpTo('developer');
    const stalled = answered(state, 'stalled', 's-1');
    expect(stalled.interrupted).toEqual({ stage: 'development', session: 's-1' });
    expect(answered(stalled, 'passed').interrupted).toBeUndefined();
  });
});
