import type { DevServer } from '../../adapters/temporal/dev-server.ts';
import { withServer } from '../e2e/support/own-server.ts';
import { productConfig } from '../e2e/support/product.ts';
import type { Volume } from '../e2e/support/volume.ts';
import { withVolume } from '../e2e/support/volume.ts';

/** A server and a data folder for whole programs, whose developer works until it is let go, while `work` runs. */
export function withOwnVolume<T>(work: (volume: Volume, server: DevServer) => Promise<T>): Promise<T> {
  return withServer({ storage: 'memory' }, async ({ start }) => {
    const server = await start();
    try {
      return await withVolume(server, { yaml, script: {} }, (volume) => work(volume, server));
    } finally {
      await server.stop();
    }
  });
}

const ROWS = `{ name: development, work: 'agent: developer', leave: [{ gate: ci, poll: 200ms }], pass: done, fail: development }`;

function yaml(script: string): string {
  return productConfig('STARTS', script, {
    roles: ['developer'],
    project: '    sweep: 300ms\n    pipeline: short',
    top: `pipelines:\n  short:\n    stages:\n      - ${ROWS}`,
  }).replace('scripted.mjs', 'pulse.mjs');
}
