import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { FAULT_KINDS, planOf, sayPlan, WEBHOOKS } from './plan.ts';
import { soakSeeds } from './run-seeds.ts';

/** Two batches: whoever dies takes down the tasks of one of them only. */
const BATCHES = [
  [1, 2, 3, 4, 5],
  [6, 7, 8, 9, 10],
];
const SEEDS = BATCHES.flat();
const PATIENCE_MS = 150_000;
const FINE = { lost: [], doubled: [], stuck: [], other: [] };

it('a seed gives the same plan each time, and ten seeds hold every kind of fault and of webhooks', () => {
  const plans = SEEDS.map(planOf);
  expect(plans).toEqual(SEEDS.map(planOf));
  expect(new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toEqual(new Set(FAULT_KINDS));
  expect(new Set(plans.map(({ webhooks }) => webhooks))).toEqual(new Set(WEBHOOKS));
});

it(
  'ten tasks with faults of all kinds at once are each delivered, once, and nothing is stuck',
  async () => {
    const bundle = await workflowBundle({ cacheRoot: userCacheRoot(process.env, homedir()) });
    const soaks = await Promise.all(BATCHES.map((seeds) => soakSeeds(seeds, { bundle, patienceMs: PATIENCE_MS })));
    const broken = soaks.flatMap((soak) => soak.broken);
    expect(broken.map(({ plan, broken: promises }) => ({ plan: sayPlan(plan), ...promises }))).toEqual(
      SEEDS.map((seed) => ({ plan: sayPlan(planOf(seed)), ...FINE })),
    );
    const sum = (of: (soak: (typeof soaks)[number]) => number): number =>
      soaks.reduce((total, soak) => total + of(soak), 0);
    const workers = sum(({ deaths }) => deaths.worker);
    const servers = sum(({ deaths }) => deaths.server);
    expect(workers).toBeGreaterThan(5);
    expect(servers).toBeGreaterThan(0);
    expect(sum(({ faults }) => faults)).toBeGreaterThan(workers + servers);
  },
  PATIENCE_MS * 2,
);
