import { afterAll, beforeAll, inject } from 'vitest';
import type { World, WorldOptions } from './world.ts';
import { withWorld } from './world.ts';

/** One test's limit, in milliseconds: real processes, on a machine that may be busy. */
export const TEST_MS = 180_000;

/** One world for all tests of the file or the block: each enters cards of its own. */
export function useWorld(options: WorldOptions = {}): () => World {
  let world: World | undefined;
  let close = (): void => undefined;
  let closed: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    world = await new Promise<World>((resolve, reject) => {
      const until = new Promise<void>((done) => (close = done));
      closed = withWorld(inject('temporal'), options, async (made) => {
        resolve(made);
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
    if (!world) throw new Error('The world opens before the first test, not while tests are collected');
    return world;
  };
}
