import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { createCheckout } from '../../../adapters/git/checkout.ts';
import { createWorkspaces } from '../../../adapters/git/workspaces.ts';
import { removeOrphans } from '../../../adapters/git/runs.ts';
import { identify } from '../../../adapters/local/processes/identity.ts';
import { MARKER_VARIABLE } from '../../../adapters/local/processes/marked.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createScene } from './scene.ts';

const node = (script: string): string[] => [process.execPath, '-e', script];
// An orphan that is dead but not yet reaped by the system still answers signals.
const alive = async (pid: number): Promise<boolean> => (await identify(pid)) !== undefined;

test('the command runs in a clean checkout of exactly the commit, whatever the branch is now', async () => {
  const scene = await createScene();
  const sha = await scene.push('topic', scene.first, { 'src/a.txt': 'judged\n' });
  await scene.push('topic', sha, { 'src/a.txt': 'newer\n' });
  const script = "process.stdout.write(fs.readFileSync('src/a.txt','utf8')+process.cwd());process.exit(3)";
  const result = await scene.host('one').runIn({ repo: 'demo', sha, command: node(script), timeoutMs: 10_000 });
  expect(result.exitCode).toBe(3);
  const [text, cwd] = result.output.split('\n');
  expect(text).toBe('judged');
  expect(cwd).toContain(join(scene.root, 'one'));
  expect(await readdir(join(scene.root, 'one/runs'))).toEqual([]);
});

test('the command gets an empty home and nothing of our environment but the allowed', async () => {
  const scene = await createScene();
  const env = { PATH: process.env['PATH'], HOME: '/root', FORGE_TOKEN: 'secret', LANG: 'C.UTF-8' };
  const workspaces = createWorkspaces({ root: join(scene.root, 'one'), remoteUrl: () => scene.remote, env });
  const script = 'console.log(JSON.stringify([Object.keys(process.env).sort(),fs.readdirSync(process.env.HOME)]))';
  const { output } = await workspaces.runIn({
    repo: 'demo',
    sha: scene.first,
    command: node(script),
    timeoutMs: 10_000,
  });
  expect(JSON.parse(output)).toEqual([['CI', MARKER_VARIABLE, 'HOME', 'LANG', 'PATH', 'TMPDIR'].sort(), []]);
});

test('at the timeout the whole tree is ended, also a child with a session of its own', async () => {
  const scene = await createScene();
  const child = `require('child_process').spawn(process.execPath,['-e','setInterval(()=>{},1e3)'],{detached:true,stdio:'inherit'})`;
  const script = `const c=${child};console.log(process.pid,c.pid);process.on('SIGTERM',()=>{});setInterval(()=>{},1e3)`;
  const run = { repo: 'demo', sha: scene.first, command: node(script), timeoutMs: 1_000 };
  const { exitCode, output } = await scene.host('one').runIn(run);
  expect(exitCode).toBe(124);
  expect(output).toContain('[stopped after its limit of 1000 ms]');
  const pids = /^(\d+) (\d+)$/m.exec(output)?.slice(1).map(Number) ?? [];
  expect(pids).toHaveLength(2);
  expect(await Promise.all(pids.map(alive))).toEqual([false, false]);
});

test('of a long output the end is kept', async () => {
  const scene = await createScene();
  const script = "process.stdout.write('x'.repeat(300000)+'the end')";
  const run = { repo: 'demo', sha: scene.first, command: node(script), timeoutMs: 10_000 };
  const { output } = await scene.host('one').runIn(run);
  expect(output.length).toBeLessThanOrEqual(64 * 1024);
  expect(output.endsWith('the end')).toBe(true);
});

test.each([
  { what: 'no such program', command: ['no-such-program'], exitCode: 127 },
  { what: 'a killed one', command: node("process.kill(process.pid,'SIGKILL')"), exitCode: 137 },
  { what: 'shell signs', command: ['echo', '$HOME;', '$(id)'], exitCode: 0 },
])('$what is an answer, not trouble', async ({ command, exitCode }) => {
  const scene = await createScene();
  const result = await scene.host('one').runIn({ repo: 'demo', sha: scene.first, command, timeoutMs: 10_000 });
  expect(result.exitCode).toBe(exitCode);
  if (exitCode === 0) expect(result.output.trim()).toBe('$HOME; $(id)');
});

test('what a killed program left behind is ended and removed', async () => {
  const scene = await createScene();
  const runs = join(scene.root, 'one/runs');
  const pidFile = join(scene.root, 'pid');
  const module = new URL('../../../adapters/git/workspaces.ts', import.meta.url).href;
  const inner = `fs.writeFileSync(${JSON.stringify(pidFile)},String(process.pid));setInterval(()=>{},1e3)`;
  const script = `
    import { createWorkspaces } from ${JSON.stringify(module)};
    await createWorkspaces({ root: ${JSON.stringify(join(scene.root, 'one'))}, remoteUrl: () => ${JSON.stringify(scene.remote)} })
      .runIn({ repo: 'demo', sha: '${scene.first}', command: [process.execPath, '-e', ${JSON.stringify(inner)}], timeoutMs: 60000 });`;
  const killed = execa(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { reject: false });
  const pid = Number(await waitFor(() => readFile(pidFile, 'utf8').catch(() => undefined), 'the command to run'));
  killed.kill('SIGKILL');
  await killed;
  expect(await alive(pid)).toBe(true);
  expect(await readdir(runs)).toHaveLength(1);
  await removeOrphans(runs);
  await waitFor(async () => !(await alive(pid)), 'the orphan to end');
  expect(await readdir(runs)).toEqual([]);
});

test('a checkout for a build is exactly the revision', async () => {
  const scene = await createScene();
  const sha = await scene.push('topic', scene.first, { 'src/a.txt': 'built\n' });
  const into = join(scene.root, 'build');
  await createCheckout({ root: join(scene.root, 'one'), remoteUrl: () => scene.remote })('demo', sha, into);
  expect(await readFile(join(into, 'src/a.txt'), 'utf8')).toBe('built\n');
});
