import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findMarked } from '../../adapters/local/processes/marked.ts';
import type { Card } from '../../adapters/local/tracker/card.ts';
import { readCard } from '../../adapters/local/tracker/card-folder.ts';
import { pathsIn } from '../../app/paths.ts';
import type { Ledger } from '../../domain/ledger.ts';
import { intakeQuery } from '../../workflows/messages.ts';
import type { Effect } from './support/effects.ts';
import { EFFECTS, SIDES } from './support/effects.ts';
import { git, keptOf, pullsOf } from './support/left-behind.ts';
import { decide, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import type { Restarting } from './support/restarting.ts';
import { startRestarting } from './support/restarting.ts';
import { useVolume } from './support/use-volume.ts';
import { withWorkflows } from './support/workflows.ts';

const TEST_MS = 600_000;
const WAIT_MS = 300_000;
const PROJECT = 'KILLS';
const [WELL_KEY, SICK_KEY] = [`${PROJECT}-1`, `${PROJECT}-2`];

// prettier-ignore
const ROWS = `
      - { name: design,  work: 'agent: architect', leave: [artifacts, approval], pass: build, fail: design }
      - { name: build,   work: 'agent: developer', leave: [ci],     pass: judge,   fail: build }
      - { name: judge,   work: 'agent: reviewer',  leave: [review], pass: try-out, fail: build }
      - { name: try-out, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging],
          pass: go-live, fail: build, lane: product }
      - { name: go-live, prepare: land, enter: [fresh], work: 'action: promote', leave: [health],
          pass: done, fail: build, lane: product, compensate: [restore, revert] }`;

/** Fine in staging and ill in production, until the developer is told. */
const server = (sick: string): string => `import { createServer } from 'node:http';

const { HOST, PORT, VERSION, REVISION, IMAGE_DIGEST, DEPLOY_ID, ENVIRONMENT } = process.env;
createServer((request, response) => {
  const version = { version: VERSION, revision: REVISION, digest: IMAGE_DIGEST, deployId: DEPLOY_ID };
  response.statusCode = request.url === '/healthz' && ${sick} ? 500 : 200;
  response.end(JSON.stringify(version));
}).listen(Number(PORT), HOST);
`;

const volume = useVolume({
  yaml: (script) => tableConfig(ROWS, { roles: ['architect', 'developer', 'reviewer'] })({ key: PROJECT, script }),
  script: {
    [`${SICK_KEY}:developer`]: [
      { files: { 'service/server.mjs': server("ENVIRONMENT.endsWith('production')") } },
      { files: { 'service/server.mjs': server('false') } },
    ],
  },
});

/** Right before these is right after another one. */
const FOLLOWING: readonly Effect[] = [
  'open pull request',
  'card asking',
  'deploy staging',
  'deploy production',
  'push next branch',
  'tell intake',
];
const POINTS = EFFECTS.flatMap((effect) =>
  SIDES.filter((side) => side === 'after' || !FOLLOWING.includes(effect)).map((side) => `${side} ${effect}`),
);

it(
  'killed right before and right after each side effect, two tasks end as if nothing had been, and everything exists once',
  async () => {
    const worker = await startRestarting(volume(), POINTS);
    await withWorkflows(volume(), async () => {
      try {
        const ledgers = await Promise.race([deliverBoth(worker), worker.broken]);
        expect(await worker.due()).toEqual([]);
        expect(worker.deaths()).toBe(POINTS.length);
        const nothing = { inconclusive: {}, stale: 0, approvals: 1 };
        expect(ledgers[WELL_KEY]).toMatchObject({ ...nothing, bounces: {}, agentRuns: 3 });
        expect(ledgers[SICK_KEY]).toMatchObject({ ...nothing, bounces: { 'go-live/health': 1 }, agentRuns: 5 });
        await expectRunning();
        await expectOnceOnForge(ledgers);
      } finally {
        await worker.stop();
      }
    });
    await expectOnceInRegistry();
    await expectOnceToPeople();
  },
  TEST_MS,
);

/** The first release has nothing to be restored to: the second is taken back. */
async function deliverBoth(worker: Restarting): Promise<Record<string, Ledger>> {
  return { [WELL_KEY]: await deliver(WELL_KEY, worker), [SICK_KEY]: await deliver(SICK_KEY, worker) };
}

/** One task, its approval answered; what it has spent. */
async function deliver(expected: string, worker: Restarting): Promise<Ledger> {
  const key = await volume().enter('Greet the visitor');
  expect(key).toBe(expected);
  try {
    await until(volume(), key, 'its question', ({ question }) => question?.told === 'told', WAIT_MS);
    await decide(volume(), key, { number: 1, answer: 'approve' });
    const { ledger } = await until(volume(), key, 'its end', ({ end }) => end !== undefined, WAIT_MS);
    // What the end is told to comes after it.
    expect(await outcomeOf(volume(), key)).toBe('done');
    return ledger;
  } catch (cause) {
    throw new Error(`${key}, still due ${(await worker.due()).join(', ')}\n${await worker.printed()}`, { cause });
  }
}

async function cardOf(key: string): Promise<Card | undefined> {
  return (await readCard(pathsIn(volume().config.data).tracker, PROJECT, key))?.card;
}

/** One process in each environment, of what is at the base's tip, and each task counted once. */
async function expectRunning(): Promise<void> {
  const { config, project, client } = volume();
  const { environments } = pathsIn(config.data);
  const tip = await git(volume(), 'rev-parse', project.base);
  for (const { name } of Object.values(project.environments)) {
    expect(await findMarked(`environment:${environments}:${name}`), name).toHaveLength(1);
    const folder = (await readdir(environments)).find((one) => one.includes(name.split('/')[1] ?? name)) ?? '';
    const record = JSON.parse(await readFile(join(environments, folder, 'record.json'), 'utf8'));
    expect(record.current.artifact.revision, name).toBe(tip);
    expect(record.starting, name).toBeUndefined();
  }
  const intake = await client.workflow.getHandle(`project/${PROJECT}`).query(intakeQuery);
  expect(intake).toMatchObject({ open: 0, stats: { done: 2, aborted: 0 } });
}

/** Pull requests, reviews and statuses, what is on the base, and of each agent run the one commit that is kept. */
async function expectOnceOnForge(ledgers: Readonly<Record<string, Ledger>>): Promise<void> {
  const { config, project } = volume();
  const pulls = await pullsOf(volume());
  expect(pulls).toHaveLength(3);
  expectDifferent('pull requests', markersOf(pulls));
  const forge = join(pathsIn(config.data).forge, project.repo);
  for (const reviews of await jsonIn(join(forge, 'reviews'))) expectDifferent('reviews', markersOf(reviews));
  for (const statuses of await jsonIn(join(forge, 'statuses'))) {
    expect(statuses).toHaveLength(1);
    // A head that was left before its check had ended may be owed it for ever.
    expect(statuses).toMatchObject([{ context: 'unit', state: expect.stringMatching(/success|pending/) }]);
  }
  const subjects = (await git(volume(), 'log', '--format=%s', project.base)).split('\n');
  expectDifferent('commits on the base', subjects);
  expect(subjects.filter((subject) => subject.startsWith('Revert'))).toHaveLength(1);
  for (const [key, { agentRuns }] of Object.entries(ledgers)) {
    expect(Object.keys(await keptOf(volume(), key)), key).toHaveLength(agentRuns);
  }
}

/** One build and one tag for each of the three releases. */
async function expectOnceInRegistry(): Promise<void> {
  const image = join(pathsIn(volume().config.data).artifacts, 'product');
  for (const folder of ['builds', 'tags']) {
    const names = (await readdir(join(image, folder))).filter((name) => !name.startsWith('.'));
    expect(names, folder).toHaveLength(3);
  }
}

/** Each comment and each message, and no state of a card written over itself. */
async function expectOnceToPeople(): Promise<void> {
  for (const key of [WELL_KEY, SICK_KEY]) {
    const { comments = [], history = [] } = (await cardOf(key)) ?? {};
    expectDifferent(`comments of ${key}`, markersOf(comments));
    const states = history.map(({ to }) => to);
    expect(states).toEqual(states.filter((state, index) => state !== states[index - 1]));
    expect(states.filter((state) => state === 'In Review')).toHaveLength(1);
    expect(states.at(-1)).toBe('Done');
  }
  const sent = (await readFile(pathsIn(volume().config.data).notifications, 'utf8')).trim().split('\n');
  expectDifferent('notifications', markersOf(sent.map((line): Marked => JSON.parse(line))));
}

type Marked = { marker?: string | undefined };

function markersOf(all: readonly Marked[]): string[] {
  return all.map(({ marker = 'without a marker' }) => marker);
}

function expectDifferent(what: string, names: readonly string[]): void {
  expect(names.length, what).toBeGreaterThan(0);
  expect([...new Set(names)], what).toEqual(names);
}

/** Whole files: a writer that was killed leaves its draft beside them. */
async function jsonIn(folder: string): Promise<Marked[][]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  expect(names.length, folder).toBeGreaterThan(0);
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
}
