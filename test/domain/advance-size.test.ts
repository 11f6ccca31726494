import { expect, it } from 'vitest';
import { advance } from '../../domain/advance.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { next } from '../../domain/next.ts';
import type { TaskState } from '../../domain/state.ts';
import { pending } from '../../domain/verdict.ts';
import { approvedUpTo } from './support/approved.ts';

/** A look that finds something else to wait for each time, said in a sentence of full length. */
function lookAt(state: TaskState, round: number): TaskState {
  const step = next(DEFAULT_PIPELINE, advance(DEFAULT_PIPELINE, state, { at: round, kind: 'woke', by: 'timer' }));
  if (step.kind !== 'judge') throw new Error(`The task would ${step.kind}`);
  const verdict = pending(`${round} ${'context, '.repeat(20)}`);
  const subject = step.subject ? { subject: step.subject } : {};
  return advance(DEFAULT_PIPELINE, state, { at: round, kind: 'answered', step: step.ref, verdict, ...subject });
}

it('a state stays below 32 KiB however long the log gets, with commits and sentences of full length', () => {
  let { state } = approvedUpTo('staging');
  const hex = (letter: string): string => letter.repeat(64);
  const staged = {
    environment: 'staging',
    digest: `sha256:${hex('d')}`,
    deployId: 'SHOP-1#1/deploy-staging/7/candidate',
  };
  const candidate = { sha: hex('c'), head: hex('a'), base: hex('b'), tree: hex('e'), diff: hex('f') };
  state = { ...state, subjects: { ...state.subjects, head: hex('a'), candidate, staged } };
  for (let round = 1; round <= 500; round++) state = lookAt(state, round);

  expect(state.log).toHaveLength(50);
  expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(32 * 1_024);
});

it('a look that finds what the last one found is not news', () => {
  const { state } = approvedUpTo('staging');
  const once = lookAt(state, 1);
  const again = advance(DEFAULT_PIPELINE, once, { at: 2, kind: 'woke', by: 'timer' });
  const step = next(DEFAULT_PIPELINE, again);
  if (step.kind !== 'judge' || !step.subject) throw new Error('The gate has a subject');
  const verdict = pending(`1 ${'context, '.repeat(20)}`);
  const twice = advance(DEFAULT_PIPELINE, again, {
    at: 3,
    kind: 'answered',
    step: step.ref,
    verdict,
    subject: step.subject,
  });
  expect(twice.log).toEqual(once.log);
});
