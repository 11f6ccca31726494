import { expect, it } from 'vitest';
import { FAULT_KINDS, planOf, WEBHOOKS } from './plan.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

it('a seed gives the same plan each time, and ten seeds hold every kind of fault and of webhooks', () => {
  const plans = SEEDS.map(planOf);
  expect(plans).toEqual(SEEDS.map(planOf));
  expect(new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toEqual(new Set(FAULT_KINDS));
  expect(new Set(plans.map(({ webhooks }) => webhooks))).toEqual(new Set(WEBHOOKS));
});
