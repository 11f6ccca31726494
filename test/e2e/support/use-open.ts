import { afterAll, beforeAll } from 'vitest';
import { PATIENCE } from '../../support/wait-for.ts';

/** One test's limit, in milliseconds: real processes, on a machine that may be busy. */
export const TEST_MS = 180_000 * PATIENCE;

/** Opens something before the first test and closes it after the last; `open` keeps it open while `work` runs. */
export function useOpen<T>(open: (work: (opened: T) => Promise<void>) => Promise<void>): () => T {
  let opened: { it: T } | undefined;
  let close = (): void => undefined;
  let closed: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    opened = await new Promise((resolve, reject) => {
      const until = new Promise<void>((done) => (close = done));
      closed = open(async (it) => {
        resolve({ it });
        await until;
      });
      closed.catch(reject);
    });
  }, TEST_MS);
  afterAll(async () => {
    close();
    await closed;
  }, TEST_MS);
  return () => {
    if (!opened) throw new Error('It opens before the first test, not while tests are collected');
    return opened.it;
  };
}
