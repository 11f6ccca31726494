import { spawn } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** `auto`: a PID namespace where the system allows one; `none`: never, descendants are found by their marker. */
export type Isolation = 'auto' | 'none';

/** Argv to put before the agent's own; empty = no namespace. */
export type Wrapper = readonly string[];

const NAMESPACE = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--'];

function candidates(unshare: string): Wrapper[] {
  // The first process of a namespace ignores SIGTERM, so the agent must be the second.
  const first = [unshare, '--fork', '--'];
  return [
    [unshare, ...NAMESPACE, ...first],
    // Without root, where the kernel lets a user have namespaces.
    [unshare, '--user', '--map-current-user', ...NAMESPACE, ...first],
  ];
}

/** Answers with the wrapper to use; the system is asked once, at the first call. */
export function createIsolation(isolation: Isolation, path: string | undefined): () => Promise<Wrapper> {
  let found: Promise<Wrapper> | undefined;
  return () => (found ??= isolation === 'none' ? Promise.resolve([]) : firstThatWorks(path));
}

async function firstThatWorks(path: string | undefined): Promise<Wrapper> {
  if (process.platform !== 'linux') return [];
  const unshare = await findProgram('unshare', '/', path).catch(() => undefined);
  for (const wrapper of unshare === undefined ? [] : candidates(unshare)) {
    if (await works([...wrapper, process.execPath, '--version'])) return wrapper;
  }
  return [];
}

function works([program = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = spawn(program, args, { stdio: 'ignore', env: {}, timeout: 10_000, killSignal: 'SIGKILL' });
    probe.once('error', () => resolve(false));
    probe.once('exit', (code) => resolve(code === 0));
  });
}
