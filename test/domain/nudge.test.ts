import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hint, NudgeTarget } from '../../domain/nudge.ts';
import { aimNudge } from '../../domain/nudge.ts';

const SHA = 'a'.repeat(40);

describe('a nudge', () => {
  it.each<[Hint, NudgeTarget]>([
    [
      { from: 'tracker', key: 'ORCH-5' },
      { kind: 'task', key: 'ORCH-5', project: 'ORCH', source: 'tracker' },
    ],
    [
      { from: 'forge', branch: 'task/ORCH-5-x', sha: SHA, repo: 'o' },
      { kind: 'task', key: 'ORCH-5', project: 'ORCH', source: 'forge' },
    ],
    [
      { from: 'forge', branch: 'refs/heads/task/ORCH-5' },
      { kind: 'task', key: 'ORCH-5', project: 'ORCH', source: 'forge' },
    ],
    [
      { from: 'forge', branch: 'feat/x', sha: SHA, repo: 'o' },
      { kind: 'commit', sha: SHA, repo: 'o', otherwise: 'nobody' },
    ],
    [
      { from: 'forge', sha: SHA, repo: 'o' },
      { kind: 'commit', sha: SHA, repo: 'o', otherwise: 'repository' },
    ],
    [
      { from: 'forge', sha: 'no sha', repo: 'o' },
      { kind: 'repository', repo: 'o' },
    ],
    [
      { from: 'tracker', project: 'ORCH' },
      { kind: 'project', project: 'ORCH' },
    ],
    [
      { from: 'tracker', project: 'ORCH', key: '../x' },
      { kind: 'project', project: 'ORCH' },
    ],
    [
      { from: 'forge', branch: 'feat/x', repo: 'o' },
      { kind: 'ignored', why: 'no task has this branch' },
    ],
  ])('%j goes to %j', (hint, target) => {
    expect(aimNudge(hint)).toEqual(target);
  });

  it('carries nothing but names of the right shape, whatever a payload holds', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(`task/ORCH-1'`, `ORCH-1 OR 1=1`, `${SHA}'`, 'task/orch-1', 'ORCH-0'),
    );
    const hints = fc.record({ from: fc.constant('forge' as const), project: text, key: text, branch: text, sha: text });
    fc.assert(
      fc.property(hints, (hint) => {
        const { kind: _kind, ...names } = aimNudge(hint);
        if ('why' in names) return;
        for (const name of Object.values(names))
          expect(name).toMatch(/^(?:[A-Z][A-Z0-9_]*(?:-\d+)?|[0-9a-f]{40}|forge)$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
