import { describe, expect, test } from 'vitest';
import type { HealthMemory } from '../../../domain/gates/health.ts';
import { judgeHealth, REDS_IN_A_ROW, remember, sampleOf } from '../../../domain/gates/health.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { fail, pass, pending } from '../../../domain/verdict.ts';

const digest = 'sha256:0123456789abcdef';
const release = { environment: 'demo/production', digest, deployId: 'D-1#1' };
const policy = { windowMs: 60_000, reds: REDS_IN_A_ROW };
const SECOND = 1_000;

const ANSWERS = {
  good: { digest, health: 'healthy' as const },
  unhealthy: { digest, health: 'unhealthy' as const },
  other: { digest: 'sha256:fedcba9876543210', health: 'healthy' as const },
  none: undefined,
};
type Look = [second: number, answer: keyof typeof ANSWERS];

function watch(looks: Look[], from?: HealthMemory): HealthMemory {
  const memory = looks.reduce<HealthMemory | undefined>(
    (old, [at, answer]) => remember(old, release, sampleOf(release, ANSWERS[answer], at * SECOND), policy),
    from,
  );
  if (!memory) throw new Error('a watch needs a look');
  return memory;
}

const after = (...looks: Look[]): Verdict => judgeHealth({ release, memory: watch(looks) }, policy);
const red = (text: string) => fail({ text: `demo/production is ${text}`, where: 'demo/production' });
const watching = (until: number) =>
  pending('the health window of demo/production to pass with sha256:0123456', until * SECOND);
const recovering = (rest: string, until: number) => pending(`demo/production to recover, ${rest}`, until * SECOND);
const healthy = (samples: number) => pass('demo/production is healthy with sha256:0123456', `${samples} samples`);

const rows: { when: string; seen: Verdict; says: Verdict }[] = [
  { when: 'the window has only begun', seen: after([0, 'good']), says: watching(60) },
  { when: 'the window is not over', seen: after([0, 'good'], [59, 'good']), says: watching(60) },
  { when: 'it was healthy through the window', seen: after([0, 'good'], [30, 'good'], [60, 'good']), says: healthy(3) },
  {
    when: 'it came up late: the window is counted from its first good answer',
    seen: after([0, 'none'], [10, 'none'], [20, 'good'], [70, 'good']),
    says: watching(80),
  },
  {
    when: 'nothing answers yet',
    seen: after([0, 'none'], [10, 'none']),
    says: recovering('red 2 of 3 times: nothing answers', 60),
  },
  {
    when: 'it is red three times in a row',
    seen: after([0, 'good'], [10, 'none'], [20, 'unhealthy'], [30, 'other']),
    says: red('red 3 times in a row: it runs sha256:fedcba9, not sha256:0123456'),
  },
  {
    when: 'a good answer interrupts the red ones',
    seen: after([0, 'good'], [10, 'none'], [20, 'none'], [30, 'good'], [40, 'none']),
    says: recovering('red 1 of 3 times: nothing answers', 60),
  },
  {
    when: 'it is red at the end of the window',
    seen: after([0, 'good'], [60, 'unhealthy']),
    says: red('red at the end of its health window: it answers, and says it is unhealthy'),
  },
  {
    when: 'it never answered and the window is over',
    seen: after([0, 'none'], [60, 'none']),
    says: red('red at the end of its health window: nothing answers'),
  },
  {
    when: 'ten looks fall into one hiccup: they count once',
    seen: after([0, 'good'], ...Array.from({ length: 10 }, (_, i): Look => [10 + i * 0.1, 'none'])),
    says: recovering('red 1 of 3 times: nothing answers', 60),
  },
  {
    when: 'nobody looked for twelve hours and it is healthy',
    seen: after([0, 'good'], [12 * 3600, 'good']),
    says: healthy(2),
  },
];

describe('health', () => {
  test.each(rows)('when $when', ({ seen, says }) => {
    expect(seen).toEqual(says);
  });

  test('what was seen of another release is void', () => {
    const memory = watch([[0, 'good'], [60, 'good']]); // prettier-ignore
    const redeployed = { ...release, deployId: 'D-1#1/deploy/2' };
    expect(judgeHealth({ release: redeployed, memory }, policy)).toEqual(pending('a first sample of demo/production'));
    const anew = remember(memory, redeployed, sampleOf(redeployed, ANSWERS.good, 61 * SECOND), policy);
    expect(anew).toMatchObject({ since: 61 * SECOND, firstGoodAt: 61 * SECOND, samples: 1 });
  });

  test('the memory stays small however long it watches', () => {
    const long = watch(Array.from({ length: 500 }, (_, i): Look => [i, i % 2 === 0 ? 'good' : 'none']));
    expect(JSON.stringify(long).length).toBeLessThan(400);
  });
});
