import { describe, expect, it } from 'vitest';
import type { HealthMemory } from '../../../domain/gates/health.ts';
import { countedFrom, judgeHealth, remember, sampleOf } from '../../../domain/gates/health.ts';
import type { Release } from '../../../domain/subject.ts';

const RELEASE: Release = { environment: 'demo/production', digest: `sha256:${'a'.repeat(64)}`, deployId: 'one' };
const POLICY = { windowMs: 60_000, reds: 3 };

/** A look that was asked for at one time and answered at another, both the workflow's. */
function look(old: HealthMemory | undefined, asked: number, answered: number) {
  const sample = sampleOf(RELEASE, { digest: RELEASE.digest, health: 'healthy' }, asked);
  const health = remember(old, RELEASE, sample, POLICY);
  return countedFrom(old, { verdict: judgeHealth({ release: RELEASE, memory: health }, POLICY), health }, answered);
}

describe('the health window', () => {
  it('is counted from when the first good answer was here, however long it waited for a worker', () => {
    const first = look(undefined, 0, 3_600_000);
    expect(first.verdict).toMatchObject({ kind: 'pending', until: 3_660_000 });
    const second = look(first.health, 3_600_001, 3_600_002);
    expect(second.verdict).toMatchObject({ kind: 'pending', until: 3_660_000 });
    expect(look(second.health, 3_660_000, 3_660_001).verdict.kind).toBe('pass');
  });

  it('does not begin again with a later good answer', () => {
    const first = look(undefined, 0, 10);
    const second = look(first.health, 30_000, 50_000);
    expect(second.health?.firstGoodAt).toBe(10);
  });

  it('begins anew with another release', () => {
    const old = look(undefined, 0, 10).health;
    const other = { ...RELEASE, deployId: 'two' };
    const sample = sampleOf(other, { digest: other.digest, health: 'healthy' }, 100_000);
    const health = remember(old, other, sample, POLICY);
    const verdict = judgeHealth({ release: other, memory: health }, POLICY);
    expect(countedFrom(old, { verdict, health }, 100_500)).toMatchObject({
      verdict: { kind: 'pending', until: 160_500 },
      health: { firstGoodAt: 100_500 },
    });
  });

  it('says nothing about gates without a memory', () => {
    const verdict = { kind: 'pending', for: 'a check', until: 5 } as const;
    expect(countedFrom(undefined, { verdict }, 100)).toEqual({ verdict, health: undefined });
  });
});
