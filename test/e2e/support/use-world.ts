import { inject } from 'vitest';
import { TEST_MS, useOpen } from './use-open.ts';
import type { World, WorldOptions } from './world.ts';
import { withWorld } from './world.ts';

export { TEST_MS };

/** One world for all tests of the file or the block: each enters cards of its own. */
export function useWorld(options: WorldOptions = {}): () => World {
  return useOpen((work) => withWorld(inject('temporal'), options, work));
}
