import { expect, it } from 'vitest';
import { advance } from '../../domain/advance.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { next } from '../../domain/next.ts';
import { carriedOver } from '../../domain/state.ts';
import type { TaskState } from '../../domain/state.ts';
import { pending } from '../../domain/verdict.ts';
import { approvedUpTo } from './support/approved.ts';

it('a state that an earlier version carried over counts on from nothing', () => {
  const task = approvedUpTo('ci', { script: { ci: [pending('unit')] } });
  task.once();
  const { drivenByNudge: _unknown, ...ledger } = task.state.ledger;
  const { closed: _kept, cardAt: _seen, ...earlier } = { ...task.state, ledger } as TaskState;
  const woken = advance(DEFAULT_PIPELINE, carriedOver(earlier), { at: 9e9, kind: 'woke', by: 'nudge' });
  const step = next(DEFAULT_PIPELINE, woken);
  if (step.kind !== 'judge' || !step.subject) throw new Error('the gate is read');
  const verdict = { kind: 'pass', evidence: ['green'] } as const;
  const after = advance(DEFAULT_PIPELINE, woken, {
    at: 9e9,
    kind: 'answered',
    step: step.ref,
    subject: step.subject,
    verdict,
  });
  expect(after.ledger).toMatchObject({ drivenByNudge: 1, healedByTimer: task.state.ledger.healedByTimer });
});
