import { beforeAll, describe, expect, it } from 'vitest';
import { pollMs } from '../../domain/next.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import type { Recorded } from './support/history.ts';
import { recordedOf } from './support/history.ts';
import { intakeOf } from './support/intake.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { productConfig } from './support/product.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

describe('lost-webhook: with every webhook dropped', () => {
  const dropped: string[] = [];
  const world = useWorld({
    // A check from outside that is green when the test says so: the look before that finds it missing.
    yaml: ({ key, script }) =>
      productConfig(key, script, { project: '    policy: { requiredContexts: [outside, unit] }' }),
    drop: ({ event }) => {
      dropped.push(event);
      return true;
    },
  });
  let task: ExplainView;
  let recorded: Recorded[];
  let approvedAt = 0;
  let greenAt = 0;

  beforeAll(async () => {
    const { project, forge } = world();
    const key = await world().enter();
    await until(world(), key, 'the approval', ({ question }) => question?.told === 'told');
    await world().moveCard(key, 'approved');
    approvedAt = Date.now();
    const waiting = await until(world(), key, 'the check from outside', ({ sentence, status }) => {
      return status === 'waiting' && sentence.includes('outside') && !sentence.includes('unit');
    });
    const success = { context: 'outside', state: 'success', description: 'fine' } as const;
    await forge.setStatus(project.repo, waiting.subjects.head ?? '', success);
    greenAt = Date.now();
    expect(await outcomeOf(world(), key)).toEqual('done');
    task = await explain(world(), key);
    recorded = await recordedOf(world(), key);
  }, TEST_MS);

  it('the task still reaches done, woken by nothing but timers: its own, and the one of the sweep', async () => {
    expect(dropped).toEqual(expect.arrayContaining(['card.moved', 'pull-request', 'status', 'review', 'push']));
    const { webhooks, stats } = await intakeOf(world());
    expect(webhooks.lastAt).toBeUndefined();
    expect(stats).toMatchObject({ started: 1, drivenByWebhook: 0 });
    // What a person moved, the sweep's timer tells the task; the moves are those into entry and approved.
    expect(recorded.filter(({ kind }) => kind === 'nudged').length).toBeLessThanOrEqual(2);
    expect(task.ledger.wakes.nudge).toEqual(0);
    expect(task.ledger.drivenByNudge).toEqual(0);
    expect(task.ledger.wakes.timer).toBeGreaterThanOrEqual(2);
    expect(task.ledger.healedByTimer).toBeGreaterThanOrEqual(1);
    expect(task.ledger.total).toEqual(0);
  });

  it('never waits longer than the interval of what it waits for', () => {
    const { pipeline } = world().project;
    const longest = Object.fromEntries(
      pipeline.stages.map(({ name, enter, leave }) => [
        name,
        Math.max(...[...enter, ...leave].map((gate) => pollMs(gate, 100)), pipeline.looks.personMs),
      ]),
    );
    const timers = recorded.filter((event) => event.kind === 'timer');
    expect(timers.length).toBeGreaterThan(2);
    for (const { ms, summary } of timers) {
      const [stage = ''] = summary.split(':');
      expect(ms, summary).toBeGreaterThan(0);
      expect(ms, summary).toBeLessThanOrEqual(longest[stage] ?? 0);
    }
  });

  it('sees the green check and the approval with the first look afterwards', () => {
    expect(looksAfter(greenAt, 'development: read ci')).toBeLessThanOrEqual(1);
    // One by the timer of the task and one by that of the sweep, whichever came first.
    expect(looksAfter(approvedAt, 'look at the card')).toBeLessThanOrEqual(2);
  });

  function looksAfter(at: number, summary: string): number {
    return recorded.filter((event) => event.kind === 'activity' && event.summary === summary && event.at > at).length;
  }
});
