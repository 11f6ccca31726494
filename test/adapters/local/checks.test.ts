import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { CommitStatus, Forge } from '../../../activities/ports.ts';
import { startChecks } from '../../../adapters/local/checks/checks.ts';
import { createLocalForge } from '../../../adapters/local/forge/forge.ts';
import type { ForgePeople } from '../../../adapters/local/forge/people.ts';
import { createForgePeople } from '../../../adapters/local/forge/people.ts';
import { identify } from '../../../adapters/local/processes/identity.ts';
import type { LocalEvent } from '../../../adapters/local/webhook/event.ts';
import { waitFor } from '../../support/wait-for.ts';
import { gitIn, writeFiles } from '../git/scene.ts';

type Scene = {
  root: string;
  folder: string;
  forge: Forge;
  people: ForgePeople;
  events: LocalEvent[];
  logged: string[];
  first: string;
  push: (branch: string, files: Record<string, string>, email?: string) => Promise<string>;
  open: (branch: string) => Promise<void>;
  start: () => { stop(): Promise<void> };
  /** Waits until the context has left `pending` for this commit. */
  result: (sha: string, context: string) => Promise<CommitStatus>;
  /** Lines that the checks appended to `<folder>/trace`. */
  trace: () => Promise<string[]>;
};

type Declared = { name: string; script: string; timeoutSeconds?: number };

/** The base branch declares these checks, each a Node script that can call `trace(text)`. */
async function createScene(declare: (folder: string) => Declared[]): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-checks-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const [root, from, clone, traceFile] = ['forge', 'from', 'clone', 'trace'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  const helper = `const trace=(t)=>fs.appendFileSync(${JSON.stringify(traceFile)},t+'\\n');`;
  const contexts = declare(folder).map(({ script, ...rest }) => ({
    ...rest,
    command: [process.execPath, '-e', helper + script],
  }));
  await writeFiles(from, { 'code.txt': 'good', '.conveyor/checks.yaml': JSON.stringify({ contexts }) });
  const events: LocalEvent[] = [];
  const logged: string[] = [];
  const options = { root, now: Date.now, announce: (event: LocalEvent) => void events.push(event) };
  const people = createForgePeople(options);
  const { path, head } = await people.createRepository({ repo: 'demo', from, base: 'main' });
  await execa('git', ['clone', '-q', path, clone]);
  const person = gitIn(clone);
  const forge = createLocalForge({ ...options, reviewer: 'conveyor' });

  return {
    root,
    folder,
    forge,
    people,
    events,
    logged,
    first: head,
    async push(branch, files, email) {
      await person('checkout', '-q', '-B', branch, 'origin/main');
      await writeFiles(clone, files);
      await person('add', '-A');
      await gitIn(clone, email)('commit', '-q', '-m', 'A change');
      await person('push', '-q', '-f', path, `HEAD:refs/heads/${branch}`);
      return person('rev-parse', 'HEAD');
    },
    async open(branch) {
      await forge.openPullRequest('demo', { branch, base: 'main', title: 'T', body: '', marker: branch });
    },
    start() {
      const checks = startChecks({ ...options, intervalMs: 20, log: (message) => logged.push(message) });
      onTestFinished(() => checks.stop());
      return checks;
    },
    result: (sha, context) =>
      waitFor(
        async () => {
          const found = (await forge.statuses('demo', sha)).find((status) => status.context === context);
          return found?.state === 'pending' ? undefined : found;
        },
        `the result of ${context}`,
        30_000,
      ),
    trace: () => readFile(traceFile, 'utf8').then(lines, () => []),
  };
}

/** A file that was only just made has none. */
function lines(text: string): string[] {
  return text.split('\n').filter(Boolean);
}

const JUDGE =
  "trace('ran '+fs.readFileSync('code.txt'));console.log('judged '+fs.readFileSync('code.txt'));process.exit(fs.readFileSync('code.txt','utf8')==='good'?0:1)";

test('each context runs once on exactly the head and says what it printed', async () => {
  const scene = await createScene(() => [
    { name: 'unit', script: JUDGE },
    { name: 'quiet', script: '' },
  ]);
  const bad = await scene.push('topic', { 'code.txt': 'bad' });
  await scene.open('topic');
  scene.start();
  expect(await scene.result(bad, 'unit')).toMatchObject({ state: 'failure', description: 'exit code 1\njudged bad' });
  expect(await scene.result(bad, 'quiet')).toMatchObject({ state: 'success', description: 'exit code 0' });
  const good = await scene.push('topic', { 'code.txt': 'good', 'more.txt': 'x' });
  expect(await scene.result(good, 'unit')).toMatchObject({ state: 'success', description: 'judged good' });
  await scene.result(good, 'quiet');
  expect(await scene.forge.statuses('demo', scene.first)).toEqual([]);
  expect(await scene.trace()).toEqual(['ran bad', 'ran good']);
  expect(lines(await readFile(join(scene.root, 'demo/logs', bad, 'unit.log'), 'utf8'))).toEqual(['judged bad']);
});

test('moved heads and results are announced', async () => {
  const scene = await createScene(() => [{ name: 'unit', script: JUDGE }]);
  const sha = await scene.push('topic', { 'code.txt': 'bad' });
  await scene.open('topic');
  scene.start();
  await scene.result(sha, 'unit');
  const event = { repo: 'demo', branch: 'topic', sha };
  await waitFor(() => scene.events.length >= 3, 'the events');
  expect(scene.events).toMatchObject([
    { ...event, event: 'pull-request' },
    { ...event, event: 'push' },
    { ...event, event: 'status' },
  ]);
});

test('a result is announced to every pull request that stands at its commit', async () => {
  const scene = await createScene(() => [{ name: 'unit', script: JUDGE }]);
  const sha = await scene.push('topic', { 'code.txt': 'bad' });
  await execa('git', ['update-ref', 'refs/heads/twin', sha], { cwd: join(scene.root, 'demo.git') });
  await scene.open('topic');
  await scene.open('twin');
  scene.start();
  await scene.result(sha, 'unit');
  const told = () => scene.events.filter(({ event }) => event === 'status').map(({ branch }) => branch);
  await waitFor(() => told().length >= 2, 'the events');
  expect(told()).toEqual(['topic', 'twin']);
});

test('a head that Conveyor committed moved in its name', async () => {
  const scene = await createScene(() => []);
  await scene.push('topic', { 'code.txt': 'ours' }, 'developer@conveyor.invalid');
  await scene.open('topic');
  scene.start();
  await waitFor(() => scene.events.some(({ event }) => event === 'push'), 'our push');
  await scene.push('topic', { 'code.txt': 'theirs' });
  await waitFor(() => scene.events.length >= 3, "the person's push");
  expect(scene.events.filter(({ event }) => event === 'push').map(({ by }) => by)).toEqual(['conveyor', undefined]);
});

test('without a pull request nothing runs, and a closed one runs no more', async () => {
  const scene = await createScene(() => [{ name: 'unit', script: JUDGE }]);
  const lonely = await scene.push('lonely', { 'code.txt': 'lonely' });
  await scene.push('closed', { 'code.txt': 'early' });
  await scene.open('closed');
  await scene.people.closePullRequest('demo', 1);
  const closed = await scene.push('closed', { 'code.txt': 'late' });
  const sha = await scene.push('topic', { 'code.txt': 'bad' });
  await scene.open('topic');
  scene.start();
  await scene.result(sha, 'unit');
  for (const other of [lonely, closed]) expect(await scene.forge.statuses('demo', other)).toEqual([]);
  expect(await scene.trace()).toEqual(['ran bad']);
});

test('two starts at one moment share the work: a context still runs once', async () => {
  const scene = await createScene(() => ['a', 'b', 'c'].map((name) => ({ name, script: `trace('${name}')` })));
  const sha = await scene.push('topic', { 'x.txt': 'x' });
  await scene.open('topic');
  scene.start();
  scene.start();
  for (const name of ['a', 'b', 'c']) await scene.result(sha, name);
  expect((await scene.trace()).sort()).toEqual(['a', 'b', 'c']);
});

test('at most two run at once', async () => {
  const script = "trace('+');setTimeout(()=>trace('-'),200)";
  const scene = await createScene(() => ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, script })));
  const sha = await scene.push('topic', { 'x.txt': 'x' });
  await scene.open('topic');
  scene.start();
  for (const name of ['a', 'b', 'c', 'd', 'e']) await scene.result(sha, name);
  let running = 0;
  const counts = (await scene.trace()).map((sign) => (running += sign === '+' ? 1 : -1));
  expect(counts).toHaveLength(10);
  expect(Math.max(...counts)).toBeLessThanOrEqual(2);
});

test('a check over its limit fails and says so', async () => {
  const scene = await createScene(() => [{ name: 'slow', script: 'setInterval(()=>{},1e3)', timeoutSeconds: 0.5 }]);
  const sha = await scene.push('topic', { 'x.txt': 'x' });
  await scene.open('topic');
  scene.start();
  const result = await scene.result(sha, 'slow');
  expect(result.state).toBe('failure');
  expect(result.description).toContain('stopped after its limit of 500 ms');
});

// The first run waits for ever, the second finds the gate open.
const gated = (folder: string): Declared[] => {
  const gate = JSON.stringify(join(folder, 'gate'));
  const script = `trace('run '+process.pid);if(!fs.existsSync(${gate}))setInterval(()=>{},1e3)`;
  return [{ name: 'gated', script }];
};

async function pidOfRun(scene: Scene, n: number): Promise<number> {
  const line = await waitFor(async () => (await scene.trace())[n], `run ${n}`, 30_000);
  return Number(line.split(' ')[1]);
}

test('stop ends what runs and leaves it pending; the next start runs it again', async () => {
  const scene = await createScene(gated);
  const sha = await scene.push('topic', { 'x.txt': 'x' });
  await scene.open('topic');
  const checks = scene.start();
  const pid = await pidOfRun(scene, 0);
  await checks.stop();
  expect(await identify(pid)).toBeUndefined();
  expect(await scene.forge.statuses('demo', sha)).toMatchObject([{ state: 'pending' }]);
  await writeFiles(scene.folder, { gate: '' });
  scene.start();
  expect(await scene.result(sha, 'gated')).toMatchObject({ state: 'success' });
  expect(await scene.trace()).toHaveLength(2);
});

test('what a killed process was at is run again, and its orphan is ended', async () => {
  const scene = await createScene(gated);
  const sha = await scene.push('topic', { 'x.txt': 'x' });
  await scene.open('topic');
  const module = new URL('../../../adapters/local/checks/checks.ts', import.meta.url).href;
  const script = `
    import { startChecks } from ${JSON.stringify(module)};
    const quiet = () => undefined;
    startChecks({ root: ${JSON.stringify(scene.root)}, intervalMs: 20, now: Date.now, announce: quiet, log: console.error });`;
  const killed = execa(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { reject: false });
  const pid = await pidOfRun(scene, 0);
  killed.kill('SIGKILL');
  await killed;
  expect(await identify(pid)).toBeDefined();
  expect(await scene.forge.statuses('demo', sha)).toMatchObject([{ state: 'pending' }]);
  await writeFiles(scene.folder, { gate: '' });
  scene.start();
  expect(await scene.result(sha, 'gated')).toMatchObject({ state: 'success' });
  await waitFor(async () => (await identify(pid)) === undefined, 'the orphan to end');
  expect(await scene.trace()).toHaveLength(2);
});

test('a broken checks file on the base is told once and stops nobody else', async () => {
  const scene = await createScene(() => [{ name: 'unit', script: JUDGE }]);
  const from = join(scene.folder, 'broken');
  await writeFiles(from, { '.conveyor/checks.yaml': 'contexts: 1' });
  const broken = await scene.people.createRepository({ repo: 'a-broken', from, base: 'main' });
  await gitIn(broken.path)('update-ref', 'refs/heads/topic', broken.head);
  await scene.forge.openPullRequest('a-broken', { branch: 'topic', base: 'main', title: 'T', body: '', marker: 'm' });
  const sha = await scene.push('topic', { 'code.txt': 'bad' });
  await scene.open('topic');
  scene.start();
  await scene.result(sha, 'unit');
  expect(scene.logged).toHaveLength(1);
  expect(scene.logged[0]).toContain('contexts: ');
});
