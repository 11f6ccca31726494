/**
 * Records what finished tasks left on the server, for the replay test to hold later code against:
 * `npx tsx test/histories/programs/record.ts`. A release keeps its set for good; before the first one it is recorded
 * anew whenever the workflows change.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { pino } from 'pino';
import { installRuntime } from '../../../worker/runtime.ts';
import { historyOf } from '../../e2e/support/history.ts';
import { answerApproval, decide, outcomeOf, until } from '../../e2e/support/person.ts';
import { productConfig, SHORT_ROLES, SHORT_ROWS, tableConfig } from '../../e2e/support/product.ts';
import type { World, WorldOptions } from '../../e2e/support/world.ts';
import { withWorld } from '../../e2e/support/world.ts';
import { startTestServer } from '../../support/temporal-server.ts';

const FOLDER = join(import.meta.dirname, '../deliverTask');

type Story = { name: string; options: WorldOptions; deliver: (world: World) => Promise<string> };

const short = tableConfig(SHORT_ROWS, { roles: SHORT_ROLES });

const STORIES: Story[] = [
  {
    name: 'happy-path',
    options: { yaml: ({ script }) => productConfig('HAPPY', script) },
    deliver: async (world) => {
      const key = await world.enter();
      await answerApproval(world, key, 'approve');
      return key;
    },
  },
  {
    name: 'rework',
    options: {
      yaml: ({ script }) => short({ key: 'REWORK', script }),
      script: { tester: [{ verdict: 'fail', findings: ['the greeting forgets the name'] }, {}] },
    },
    deliver: (world) => world.enter(),
  },
  {
    name: 'question',
    options: {
      yaml: ({ script }) => short({ key: 'QUESTION', script }),
      script: { developer: [{ verdict: 'needs-input', summary: 'which greeting?' }, {}] },
    },
    deliver: async (world) => {
      const key = await world.enter();
      await until(world, key, 'a question', ({ question }) => question?.told === 'told');
      await decide(world, key, { number: 1, answer: 'retry', words: 'the friendly one' });
      return key;
    },
  },
];

installRuntime(pino({ level: 'silent' }));
await mkdir(FOLDER, { recursive: true });
const server = await startTestServer();
try {
  for (const story of STORIES) await record(story);
} finally {
  await server.stop();
}

async function record({ name, options, deliver }: Story): Promise<void> {
  await withWorld(server.provided, options, async (world) => {
    const key = await deliver(world);
    const outcome = await outcomeOf(world, key);
    if (outcome !== 'done') throw new Error(`${name} ended ${outcome}`);
    const history = await historyOf(world, key);
    await writeFile(join(FOLDER, `${name}.json`), `${historyToJSON(history)}\n`);
    process.stdout.write(`${name}: ${history.events?.length} events\n`);
  });
}
