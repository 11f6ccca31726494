import { spawn } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** `auto`: a PID namespace where the system allows one; `none`: never, descendants are found by their marker. */
export type Isolation = 'auto' | 'none';

/** Argv to put before the agent's own; empty = no namespace. */
export type Wrapper = readonly string[];

const NAMESPACE = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--'];

const THREADS_EACH = 16;

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

/**
 * The wrapper with a bound on what may be forked between two looks, where the kernel counts a namespace's own: in one
 * that a user made for itself. It counts threads, of which a process has several; root is never refused.
 */
export async function withForkBound(wrapper: Wrapper, most: number | undefined, path?: string): Promise<Wrapper> {
  if (most === undefined || !wrapper.includes('--user')) return wrapper;
  const prlimit = await findProgram('prlimit', '/', path).catch(() => undefined);
  if (prlimit === undefined) return wrapper;
  const inside = wrapper.indexOf('--') + 1;
  const bound = most * THREADS_EACH;
  return [...wrapper.slice(0, inside), prlimit, `--nproc=${bound}:${bound}`, '--', ...wrapper.slice(inside)];
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
