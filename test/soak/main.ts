/** `npm run test:soak -- --seeds 100 [--from 1] [--at-once 10]`: says what was broken, and ends non-zero if anything was. */

import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import '../support/quiet-runtime.ts';
import { sayPlan } from './plan.ts';
import type { Soak } from './run-seeds.ts';
import { soakSeeds } from './run-seeds.ts';

const PATIENCE_MS = 10 * 60_000;

/** Batches that run at a time, each with a Temporal server and a worker of its own: a worker that is dead leaves room. */
const SIDE_BY_SIDE = 2;

const { seeds, from, atOnce } = readArguments();
const bundle = await workflowBundle({ cacheRoot: userCacheRoot(process.env, homedir()) });
const soaks: Soak[] = [];
const batches = Array.from({ length: Math.ceil(seeds / atOnce) }, (_, batch) => {
  const first = from + batch * atOnce;
  return Array.from({ length: Math.min(atOnce, from + seeds - first) }, (_seed, index) => first + index);
});
const startedAt = performance.now();
// The end of a server is waited for, and its process keeps no program running.
const running = setInterval(() => undefined, 60_000);
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, runBatches));
clearInterval(running);
const durationMs = performance.now() - startedAt;
summarize();

async function runBatches(): Promise<void> {
  for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
    const soak = await soakSeeds(batch, { bundle, patienceMs: PATIENCE_MS });
    soaks.push(soak);
    report(batch, soak);
  }
}

function report(batch: readonly number[], { broken, faults, deaths, durationMs: tookMs }: Soak): void {
  const took = Math.round(tookMs / 1_000);
  const died = `${deaths.worker} deaths of the worker, ${deaths.server} of the server`;
  print(`seeds ${batch[0]} to ${batch.at(-1)}: ${faults} faults, ${died}, ${took} s`);
  for (const { plan, broken: promises } of broken) {
    for (const [kind, sentences] of Object.entries(promises)) {
      for (const sentence of sentences) print(`  ${kind}: ${sentence}\n    ${sayPlan(plan)}`);
    }
  }
}

function summarize(): void {
  const all = soaks.flatMap(({ broken }) => broken.map((one) => one.broken));
  const count = (kind: 'lost' | 'doubled' | 'stuck' | 'other'): number =>
    all.filter((broken) => broken[kind].length > 0).length;
  const hours = durationMs / 3_600_000;
  const figures = {
    seeds: `${from} to ${from + seeds - 1}`,
    tasks: all.length,
    tasksAnHour: Math.round(all.length / hours),
    faults: sum(({ faults }) => faults),
    deathsOfTheWorker: sum(({ deaths }) => deaths.worker),
    deathsOfTheServer: sum(({ deaths }) => deaths.server),
    lost: count('lost'),
    doubled: count('doubled'),
    stuck: count('stuck'),
    otherwiseBroken: count('other'),
  };
  print(JSON.stringify(figures));
  if (figures.lost + figures.doubled + figures.stuck + figures.otherwiseBroken > 0) process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function sum(of: (soak: Soak) => number): number {
  return soaks.reduce((total, soak) => total + of(soak), 0);
}

function readArguments(): { seeds: number; from: number; atOnce: number } {
  const options = {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '10' },
  } as const;
  const { values } = parseArgs({ options });
  const [seeds, first, atOnce] = [values.seeds, values.from, values['at-once']].map(Number);
  for (const [name, value] of Object.entries({ seeds, from: first, 'at-once': atOnce })) {
    if (!Number.isInteger(value) || (value ?? 0) < 1) throw new Error(`--${name} takes a whole number from 1 on`);
  }
  return { seeds: seeds ?? 0, from: first ?? 0, atOnce: atOnce ?? 0 };
}
