/** What goes wrong for one task, drawn from its seed: the same seed gives the same plan. */

import * as fc from 'fast-check';
import type { Effect } from '../e2e/support/effects.ts';
import { EFFECTS } from '../e2e/support/effects.ts';
import type { Behaviour, Script } from '../e2e/support/script.ts';

/** Of a call that has an effect: what happens to the worker, to the call's answer, to Temporal, or to the worker's clock. */
export const FAULT_KINDS = [
  'killed before',
  'killed after',
  'refused',
  'answer lost',
  'hangs',
  'server killed',
  'clock jumps',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
export type Fault = { kind: FaultKind; effect: Effect };

/** What becomes of the webhooks about the task. */
export const WEBHOOKS = ['all', 'none', 'doubled', 'late'] as const;
export type Webhooks = (typeof WEBHOOKS)[number];

export type Plan = { seed: number; faults: Fault[]; webhooks: Webhooks; agents: Script };

/** Effects of tasks that are neither taken back nor red: what else there is belongs to tests of its own. */
const COMMON = EFFECTS.filter((effect) => !['restore', 'push revert', 'push next branch', 'status'].includes(effect));

/** A run that ends badly, before one that ends well. */
const BAD: Behaviour[] = [{ exit: 3 }, { report: 'none' }, { hang: true }, { about: 'f'.repeat(40) }, { daemon: true }];
const USUAL: Behaviour = {};

const anyRuns: fc.Arbitrary<Behaviour[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Behaviour[]>([USUAL]) },
  fc.constantFrom(...BAD).map((bad): Behaviour[] => [bad, USUAL]),
);
const anyPlan = fc.record({
  faults: fc.uniqueArray(fc.record({ kind: fc.constantFrom(...FAULT_KINDS), effect: fc.constantFrom(...COMMON) }), {
    minLength: 2,
    maxLength: 5,
    selector: ({ kind, effect }) => `${kind} ${effect}`,
  }),
  webhooks: fc.constantFrom(...WEBHOOKS),
  agents: fc.record({ architect: anyRuns, developer: anyRuns, tester: anyRuns }),
});

export function planOf(seed: number): Plan {
  const [plan] = fc.sample(anyPlan, { seed, numRuns: 1 });
  if (plan === undefined) throw new Error(`Seed ${seed} gives no plan`);
  return { seed, ...plan };
}

/** Beside them: the process number of the Temporal server. */
export const SERVER_FILE = 'server.pid';

/** The file that stands for a fault until it has happened. */
export function fileOf(key: string, { kind, effect }: Fault): string {
  return `${key} ${kind} ${effect}`;
}

export function sayPlan({ seed, faults, webhooks, agents }: Plan): string {
  const runs = Object.entries(agents).flatMap(([role, [first]]) =>
    first === undefined || Object.keys(first).length === 0 ? [] : [`${role} ${JSON.stringify(first)}`],
  );
  return [
    `seed ${seed}: webhooks ${webhooks}`,
    ...faults.map(({ kind, effect }) => `${kind}: ${effect}`),
    ...runs,
  ].join('; ');
}
