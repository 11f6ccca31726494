import { join } from 'node:path';
import { z } from 'zod';
import type { Leases } from '../../activities/ports.ts';
import { folderName } from './folder-name.ts';
import { readJson, writeJson } from './store/json-file.ts';
import { withLock } from './store/lock.ts';

/** `holder` is absent while nobody has the lane; the number is kept, so that it only ever rises. */
const LeaseRecord = z.object({ lease: z.int(), holder: z.string().optional() });

/**
 * The newest lease of each lane, in `<root>/<repo>/<lane>.json`: `max(previous + 1, now in milliseconds)`.
 * A task that has the lane gets its own number again. A second task enters at once with a higher number, and
 * whatever keeps the highest lease (an environment) refuses the first one from then on.
 */
export function createLocalLeases({ root, now }: { root: string; now: () => number }): Leases {
  const pathOf = (repo: string, lane: string): string => join(root, folderName(repo), `${folderName(lane)}.json`);

  return {
    async take({ repo, lane, task }) {
      const path = pathOf(repo, lane);
      return withLock(path, async () => {
        const record = await readJson(path, LeaseRecord);
        if (record?.holder === task) return record.lease;
        const lease = Math.max((record?.lease ?? 0) + 1, now());
        await writeJson(path, { lease, holder: task });
        return lease;
      });
    },

    async release({ repo, lane, task, lease }) {
      const path = pathOf(repo, lane);
      await withLock(path, async () => {
        const record = await readJson(path, LeaseRecord);
        // Somebody else's turn by now, or given back before.
        if (record?.holder !== task || record.lease !== lease) return;
        await writeJson(path, { lease });
      });
    },
  };
}
