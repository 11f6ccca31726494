import { useOpen } from './use-open.ts';
import { withServer } from './own-server.ts';
import type { Volume, VolumeOptions } from './volume.ts';
import { withVolume } from './volume.ts';

/** One volume for all tests of the file, on a Temporal server of its own. */
export function useVolume(options: VolumeOptions): () => Volume {
  return useOpen((work) =>
    withServer({ storage: 'memory' }, async ({ start }) => {
      const server = await start();
      try {
        await withVolume(server, options, work);
      } finally {
        await server.stop();
      }
    }),
  );
}
