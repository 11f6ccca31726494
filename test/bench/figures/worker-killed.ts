import { startWorker } from '../../e2e/support/program.ts';
import { isAtWork } from '../../e2e/support/pulses.ts';
import { compiledProgramsReady } from '../ready.ts';
import type { Figure } from '../figure.ts';
import { median } from '../median.ts';
import { withOwnVolume } from '../own-volume.ts';

const DEATHS = 5;
const HEARTBEAT_MS = 60_000;

/** From SIGKILL until the next try's agent has begun, the worker started again at once. */
export const workerKilled: Figure = {
  figure: 'SIGKILL of the worker to the next try, over the heartbeat timeout',
  unit: '×',
  aim: 0.05,
  limit: 0.2,
  measure: () =>
    withOwnVolume(async (volume) => {
      await compiledProgramsReady();
      const times: number[] = [];
      let worker = await startWorker(volume, 'worker');
      while (times.length < DEATHS) {
        const key = await volume.enter('Die');
        await isAtWork(volume, `${key}-1`);
        const killed = performance.now();
        worker.kill('SIGKILL');
        await worker.ended;
        worker = await startWorker(volume, 'worker');
        await isAtWork(volume, `${key}-2`);
        times.push(performance.now() - killed);
        await volume.release(`go-${key}-2`);
      }
      await worker.stop();
      return {
        value: Math.round((median(times) / HEARTBEAT_MS) * 1_000) / 1_000,
        raw: { heartbeatMs: HEARTBEAT_MS, nextTryMs: times.map(Math.round) },
      };
    }),
};
