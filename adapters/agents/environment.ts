import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARKER, TRY_MARKER } from './process-tree.ts';
import type { RoleCommand } from './role-command.ts';

export type HostEnvironment = Record<string, string | undefined>;

/** Home and temporary directory of one run. Siblings: some agents refuse a home inside their temporary directory. */
export type Scratch = { root: string; home: string; tmp: string };

export async function openScratch(): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), 'conveyor-agent-'));
  const scratch = { root, home: join(root, 'home'), tmp: join(root, 'tmp') };
  await mkdir(scratch.home);
  await mkdir(scratch.tmp);
  return scratch;
}

/** Never fails: what cannot be removed is the system's to clean up. */
export async function removeScratch(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/** Everything the agent sees of the host: an allow-list, so that no credential of ours can leak. */
export function agentEnvironment(
  host: HostEnvironment,
  { env, passEnv }: Pick<RoleCommand, 'env' | 'passEnv'>,
  run: { role: string; attempt: string; scratch: Scratch },
): Record<string, string> {
  const passed = ['PATH', 'LANG', ...passEnv].flatMap((name) => {
    const value = host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    ...env,
    HOME: run.scratch.home,
    TMPDIR: run.scratch.tmp,
    CONVEYOR_ROLE: run.role,
    [MARKER]: run.attempt,
    [TRY_MARKER]: run.scratch.root,
  };
}
