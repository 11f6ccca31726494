import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { DevServer } from '../../adapters/temporal/dev-server.ts';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { pathsIn } from '../../app/paths.ts';
import { commitsOf, git, pullsOf } from './support/left-behind.ts';
import { withServer } from './support/own-server.ts';
import { answerApproval, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { withWorld } from './support/world.ts';
import type { World } from './support/world.ts';

const TEST_MS = 300_000;
const OUTSIDE = 'outside';

// prettier-ignore
const ROWS = `
      - { name: design,  work: 'agent: architect', leave: [artifacts, approval], pass: build, fail: design }
      - { name: build,   work: 'agent: developer', leave: [ci],    pass: try-out, fail: build }
      - { name: try-out, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging],
          pass: go-live, fail: build, lane: product }
      - { name: go-live, prepare: land, enter: [fresh], work: 'action: promote', leave: [health],
          pass: done, fail: build, lane: product, compensate: [restore, revert] }`;

it(
  'SIGKILL of the Temporal server while an agent works, a person is asked, a gate waits and a commit lands: goes on from its file',
  async () => {
    const [port = 0] = await freePorts(1);
    await withServer({ storage: 'normal', port }, async ({ start, cacheRoot }) => {
      let server: DevServer = await start();
      const kills: string[] = [];
      async function kill(when: string): Promise<void> {
        process.kill(server.pid, 'SIGKILL');
        await server.ended;
        kills.push(when);
        server = await start();
      }
      const options = {
        yaml: tableConfig(ROWS, {
          roles: ['architect', 'developer'],
          project: `    policy: { requiredContexts: [${OUTSIDE}] }`,
        }),
        script: { architect: [{ waitFor: 'go' }] },
        ports: ({ forge }: World['ports']) => ({
          forge: {
            ...forge,
            land: async (...args: Parameters<typeof forge.land>) => {
              const landed = await forge.land(...args);
              // Nobody has been told yet that it did.
              if (!kills.includes('landing')) await kill('landing');
              return landed;
            },
          },
        }),
      };
      try {
        await withWorld({ ...server, cliPath: '', cacheRoot }, options, async (world) => {
          const key = await world.enter();
          await until(world, key, 'the architect', ({ sentence }) => sentence.includes('architect works'));
          await kill('working');
          await world.release('go');
          await until(world, key, 'the question', ({ question }) => question?.told === 'told');
          await kill('asking');
          await answerApproval(world, key, 'approve');
          const waits = await until(world, key, 'the gate', ({ sentence }) => sentence.includes(OUTSIDE));
          await kill('gate wait');
          await green(world, waits.subjects.head ?? '');
          expect(await outcomeOf(world, key)).toBe('done');
          expect(kills).toEqual(['working', 'asking', 'gate wait', 'landing']);
          await expectOnce(world, key);
        });
      } finally {
        await server.stop();
      }
    });
  },
  TEST_MS,
);

/** The candidate is the head itself, so that one status is enough. */
async function green({ forge, project }: World, sha: string): Promise<void> {
  await forge.setStatus(project.repo, sha, { context: OUTSIDE, state: 'success', description: 'fine' });
}

async function expectOnce(world: World, key: string): Promise<void> {
  const { ledger } = await explain(world, key);
  expect(ledger).toMatchObject({ bounces: {}, inconclusive: {}, stale: 0, agentRuns: 2, approvals: 1 });
  expect((await world.runs()).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
    'architect 1',
    'developer 1',
  ]);
  expect(await pullsOf(world)).toHaveLength(1);
  expect(await commitsOf(world, key)).toEqual([]);
  expect((await git(world, 'log', '--format=%s', world.project.base)).split('\n')).toHaveLength(3);
  const { comments, history } = await cardOf(world, key);
  const sent = (await readFile(pathsIn(world.config.data).notifications, 'utf8')).trim().split('\n');
  for (const markers of [
    comments.map(({ marker }) => marker),
    sent.map((line) => (JSON.parse(line) as { marker: string }).marker),
  ]) {
    expect([...new Set(markers)]).toEqual(markers);
  }
  const ours = history.filter(({ by }) => by !== 'ada').map(({ to }) => to);
  expect(ours).toEqual(['In Review', 'In Progress', 'Done']);
}
