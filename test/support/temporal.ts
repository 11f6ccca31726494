import { inject } from 'vitest';
import type { TestTemporal } from './workers.ts';
import { connectTo } from './workers.ts';

export { testQueues, withWorkers } from './workers.ts';
export type { TestTemporal, TestWorkersOptions } from './workers.ts';

/** Connects to the server of this test run. Close it in `afterAll`. */
export async function connectTemporal(): Promise<TestTemporal> {
  return connectTo(inject('temporal'));
}
