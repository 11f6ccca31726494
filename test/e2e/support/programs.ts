/** The worker and the API as the programs they are, beside a board and a forge: for what only whole programs show. */

import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { execaNode } from 'execa';
import type { Config } from '../../../adapters/config/config.ts';
import { freePorts } from '../../../adapters/temporal/free-ports.ts';
import type { ProvidedTemporal } from '../../support/temporal-server.ts';
import { asProgram, isReady, ROOT, startProgram, startWorker } from './program.ts';
import type { VolumeOptions } from './volume.ts';
import { withVolume } from './volume.ts';

export type ProgramsOptions = VolumeOptions & {
  /** What worker, API and commands see besides PATH and HOME. */
  env: Readonly<Record<string, string>>;
};

export type Programs = {
  client: Client;
  config: Config;
  folder: string;
  apiUrl: string;
  workerUrl: string;
  /** What both programs printed. */
  printed: () => Promise<string>;
  /** Adds a card and moves it into the entry state; returns its key. */
  enter: (title: string) => Promise<string>;
  /** Runs `conveyor` with the same environment; what it printed, and how it ended. */
  conveyor: (...args: string[]) => Promise<{ output: string; exitCode: number | undefined }>;
};

/** Starts both programs on the server, and ends them when `work` has ended. */
export async function withPrograms(
  server: ProvidedTemporal,
  options: ProgramsOptions,
  work: (programs: Programs) => Promise<void>,
): Promise<void> {
  const [apiPort = 0] = await freePorts(1);
  const env = { ...options.env, CONVEYOR_API_PORT: String(apiPort) };
  await withVolume(server, { ...options, env }, async (volume) => {
    const worker = await startWorker(volume, 'worker');
    const log = join(volume.folder, 'api.log');
    const url = `http://127.0.0.1:${apiPort}`;
    const api = await startProgram('api/main', { env: volume.env, log, url });
    try {
      await Promise.all([isReady(worker), isReady(api)]);
      await work({
        ...volume,
        apiUrl: api.url,
        workerUrl: worker.url,
        printed: async () => `${await worker.printed()}\n${await api.printed()}`,
        conveyor: async (...args) => {
          const run = { ...asProgram(volume.env), all: true } as const;
          const { all, exitCode } = await execaNode(join(ROOT, 'ops/main.ts'), args, run);
          return { output: all, exitCode };
        },
      });
    } finally {
      await Promise.all([worker.stop(), api.stop()]);
    }
  });
}
