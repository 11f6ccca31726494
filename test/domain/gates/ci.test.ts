import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckStatus, CiPolicy } from '../../../domain/gates/ci.ts';
import { judgeCi } from '../../../domain/gates/ci.ts';
import { fail, pass, pending } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict, HEAD } from './rows.ts';

const status = (context: string, state: string, at = 1, description = ''): CheckStatus => ({
  context,
  state: state as CheckStatus['state'],
  description,
  at,
});

const rows: (Row<CheckStatus[]> & CiPolicy)[] = [
  {
    when: 'every required context is green',
    required: ['build', 'test'],
    seen: [status('build', 'success'), status('test', 'success'), status('nightly', 'failure')],
    says: pass('build and test green on a1b2c3d'),
  },
  { when: 'nothing has reported', required: ['build'], seen: [], says: pending('build on a1b2c3d (no checks yet)') },
  {
    when: 'nothing has reported and nothing is required',
    required: [],
    seen: [],
    says: pending('checks on a1b2c3d (no checks yet)'),
  },
  {
    when: 'a required context has not reported',
    required: ['build', 'test'],
    seen: [status('build', 'success')],
    says: pending('test (not reported) on a1b2c3d'),
  },
  {
    when: 'a required context was skipped',
    required: ['test'],
    seen: [status('test', 'skipped')],
    says: pending('test (skipped) on a1b2c3d'),
  },
  {
    when: 'a required context is in a state we do not know',
    required: ['test'],
    seen: [status('test', 'warning')],
    says: pending('test (warning) on a1b2c3d'),
  },
  {
    when: 'required contexts failed',
    required: ['build', 'test', 'lint'],
    seen: [status('build', 'failure', 1, '3 errors'), status('test', 'failure'), status('lint', 'pending')],
    says: fail({ text: '3 errors', where: 'build' }, { text: 'test failed on a1b2c3d', where: 'test' }),
  },
  {
    when: 'a green context runs again',
    required: ['test'],
    seen: [status('test', 'pending', 2), status('test', 'success', 1)],
    says: pending('test on a1b2c3d'),
  },
  {
    when: 'a red context was green in a newer run',
    required: ['test'],
    seen: [status('test', 'failure', 1), status('test', 'success', 2)],
    says: pass('test green on a1b2c3d'),
  },
  {
    when: 'two answers were written at the same moment',
    required: ['test'],
    seen: [status('test', 'failure', 1), status('test', 'success', 1)],
    says: fail({ text: 'test failed on a1b2c3d', where: 'test' }),
  },
  {
    when: 'nothing is required: everything that reported is',
    required: [],
    seen: [status('build', 'success'), status('test', 'pending')],
    says: pending('test on a1b2c3d'),
  },
  {
    when: 'the forge protects by a pattern',
    required: ['CI / *'],
    seen: [status('CI / build (push)', 'success'), status('CI / test (push)', 'failure', 1, 'red')],
    says: fail({ text: 'red', where: 'CI / test (push)' }),
  },
];

describe('ci', () => {
  test.each(rows)('when $when', ({ required, seen, says }) => {
    expectVerdict({ gate: 'ci', evidence: { sha: HEAD, statuses: seen }, policy: { required } }, says);
  });

  test('passes only if the newest status of every required context is a success, whatever reports', () => {
    const anyStatus = fc
      .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('success', 'failure', 'pending', 'skipped', '?'), fc.nat(3))
      .map(([context, state, at]) => status(context, state, at));
    const states = (statuses: CheckStatus[], context: string) => {
      const own = statuses.filter((one) => one.context === context);
      return own.filter((one) => one.at === Math.max(...own.map(({ at }) => at))).map(({ state }) => state);
    };
    fc.assert(
      fc.property(fc.array(anyStatus), (statuses) => {
        const verdict = judgeCi({ sha: HEAD, statuses }, { required: ['a', 'b'] });
        const green = ['a', 'b'].every((context) => {
          const newest = states(statuses, context);
          return newest.length > 0 && newest.every((state) => state === 'success');
        });
        expect(verdict.kind === 'pass').toBe(green);
      }),
    );
  });
});
