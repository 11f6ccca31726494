import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { PATIENCE } from '../support/wait-for.ts';
import { sayPlan } from './plan.ts';
import { soakSeeds } from './run-seeds.ts';

/** Two batches: whoever dies takes down the tasks of one of them only. */
const BATCHES = [
  [1, 2, 3, 4, 5],
  [6, 7, 8, 9, 10],
];
const PATIENCE_MS = 240_000 * PATIENCE;

it(
  'ten tasks with faults of all kinds at once are each delivered, once, and nothing is stuck',
  async () => {
    const bundle = await workflowBundle({ cacheRoot: userCacheRoot(process.env, homedir()) });
    const soaks = await Promise.all(BATCHES.map((seeds) => soakSeeds(seeds, { bundle, patienceMs: PATIENCE_MS })));
    const judged = soaks.flatMap((soak) => soak.broken);
    expect(judged.map(({ plan }) => plan.seed)).toEqual(BATCHES.flat());
    const broken = judged.flatMap(({ plan, broken: promises }) =>
      Object.entries(promises).flatMap(([kind, all]) => all.map((one) => `${kind}: ${one} (${sayPlan(plan)})`)),
    );
    expect(broken).toEqual([]);
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
