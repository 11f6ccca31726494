import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { withForkBound } from '../../../adapters/agents/isolation.ts';

const USERS = ['/bin/unshare', '--user', '--map-current-user', '--pid', '--fork', '--', '/bin/unshare', '--fork', '--'];
const ROOTS = ['/bin/unshare', '--pid', '--fork', '--', '/bin/unshare', '--fork', '--'];

async function folderWith(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-isolation-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, program), '', { mode: 0o755 });
  return folder;
}

it("forks are bounded where the kernel counts a namespace's own: inside of one a user made", async () => {
  const folder = await folderWith('prlimit');
  const outside = USERS.slice(0, 6);
  const bound = [join(folder, 'prlimit'), '--nproc=160:160', '--'];
  expect(await withForkBound(USERS, 10, folder)).toEqual([...outside, ...bound, ...USERS.slice(6)]);
});

it.each([
  ['root, whom the kernel never refuses', ROOTS, 10, 'prlimit'],
  ['a system without namespaces', [], 10, 'prlimit'],
  ['a role without a bound', USERS, undefined, 'prlimit'],
  ['a system without the program', USERS, 10, 'other'],
])('nothing is put before the agent of %s', async (_whose, wrapper, most, program) => {
  expect(await withForkBound(wrapper, most, await folderWith(program))).toEqual(wrapper);
});
