import { existsSync, statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { CANARY_ENVIRONMENT } from './test/support/canaries.ts';
import { LongestFirst } from './test/support/longest-first.ts';
import { PATIENCE } from './test/support/wait-for.ts';

/** Tests that talk to a Temporal server; all others run without one. */
const ON_THE_SERVER = [
  'test/{workflows,worker,app,api,ops,e2e}/**/*.test.ts',
  'test/adapters/temporal/dev-server.test.ts',
  'test/soak/soak.test.ts',
];

const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

/** Thousands of small files come and go: in memory, where there is room, that takes a fifth less of the processor. */
function temporaryFolder(): Record<string, string> {
  if (!existsSync(MEMORY)) return {};
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES ? { TMPDIR: MEMORY } : {};
}

/** All servers of the tests are on loopback: certificates that a machine adds would be read by each of thousands of processes. */
const NO_MORE_CERTIFICATES = { NODE_EXTRA_CA_CERTS: '' };

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 60_000 * PATIENCE,
    hookTimeout: 60_000 * PATIENCE,
    // A busy machine is told apart from a broken promise: what fails twice is broken, and the report names both.
    retry: process.env['CI'] ? 1 : 0,
    env: { ...CANARY_ENVIRONMENT, ...NO_MORE_CERTIFICATES, ...temporaryFolder() },
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.vitest/report.json' },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/**/*.test.ts'],
          exclude: ON_THE_SERVER,
          // Most of them are over sooner than a process of their own would have loaded.
          isolate: false,
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        test: {
          name: 'on the server',
          include: ON_THE_SERVER,
          globalSetup: ['test/support/temporal-server.ts'],
          setupFiles: ['test/support/quiet-runtime.ts'],
          isolate: false,
          maxWorkers: 3,
          // After the others: timers and heartbeats are real, so the machine should not be busy with anything else.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
