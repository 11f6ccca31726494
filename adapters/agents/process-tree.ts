import { setTimeout as delay } from 'node:timers/promises';
import { PortError } from '../../activities/ports.ts';
import type { Process } from './process-table.ts';
import { hasInEnvironment, processes } from './process-table.ts';

const LOOK_MS = 25;
const UNKILLABLE_AFTER_MS = 15_000;

/** The variable that marks every process of an attempt. */
export const MARKER = 'CONVEYOR_ATTEMPT';

/** The variable that marks every process of one try, by the scratch directory it alone has. */
export const TRY_MARKER = 'CONVEYOR_SCRATCH';

/**
 * The processes of one attempt, or with its `scratch` those of one try: a try that was given up must not end the next
 * one's. `root` is the one we started, which leads a session of its own.
 */
export type Tree = { attempt: string; scratch?: string; root?: Pick<Process, 'pid' | 'startTime'> };

/** What stands in the environment of every process of the tree. */
function markOf({ attempt, scratch }: Tree): string {
  return scratch === undefined ? `${MARKER}=${attempt}` : `${TRY_MARKER}=${scratch}`;
}

/**
 * Every live process of the attempt: those that carry its marker, those in the root's session, and all their
 * descendants. A daemon in a session of its own is found by the marker it inherited.
 */
export function treeProcesses(tree: Tree): Process[] {
  const entry = markOf(tree);
  return belonging(tree.root, ({ pid }) => hasInEnvironment(pid, entry));
}

/** What is known of a process: in the middle of its exec it shows no environment, so only the second look is believed. */
type Known = 'ours' | 'maybe-not' | 'not';

/**
 * Looks at the tree again and again. Environments are not read at each look, and what once belonged to the tree does
 * so for as long as it lives, whatever it did to its environment and its parents meanwhile.
 */
export function createCensus(tree: Tree): () => Process[] {
  const { root } = tree;
  const entry = markOf(tree);
  const nameOf = ({ pid, startTime }: Process): string => `${pid}/${startTime}`;
  let known = new Map<string, Known>();

  function judge({ pid }: Process, before: Known | undefined): Known {
    if (before === 'ours' || before === 'not') return before;
    if (hasInEnvironment(pid, entry)) return 'ours';
    return before === undefined ? 'maybe-not' : 'not';
  }

  return () => {
    const seen = new Map<string, Known>();
    const found = belonging(root, (one) => {
      const name = nameOf(one);
      const now = judge(one, known.get(name));
      seen.set(name, now);
      return now === 'ours';
    });
    for (const one of found) seen.set(nameOf(one), 'ours');
    known = seen;
    return found;
  };
}

function belonging(root: Tree['root'], isMarked: (one: Process) => boolean): Process[] {
  // Nothing of the attempt is older than its root: most environments need not be read.
  const all = processes().filter(({ pid, startTime }) => pid !== process.pid && startTime >= (root?.startTime ?? 0));
  const found = new Map<number, Process>();
  for (const one of all) if (isOf(one, root) || isMarked(one)) found.set(one.pid, one);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const one of all) if (found.has(one.parent)) found.set(one.pid, one);
  }
  return [...found.values()];
}

function isOf(one: Process, root: Tree['root']): boolean {
  if (root === undefined) return false;
  // A session's id is not given to a new process while anybody is in it, and nobody joins one from outside.
  return one.pid === root.pid ? one.startTime === root.startTime : one.session === root.pid;
}

/**
 * Ends the tree: SIGTERM to all and up to `graceMs` for them to end, then SIGKILL until none is left.
 * Throws `Agent.Unkillable` when the kernel does not let one go.
 */
export async function endTree(tree: Tree, graceMs: number): Promise<void> {
  if (graceMs > 0) await terminate(tree, graceMs);
  const giveUpAt = performance.now() + UNKILLABLE_AFTER_MS;
  // Twice empty: a process in the middle of its exec shows no environment and is missed by one look.
  for (let empty = 0; empty < 2;) {
    const left = treeProcesses(tree);
    empty = left.length === 0 ? empty + 1 : 0;
    for (const { pid } of left) send(pid, 'SIGKILL');
    killGroup(tree.root);
    if (left.length > 0 && performance.now() > giveUpAt) throw unkillable(tree, left);
    await delay(empty === 1 ? 1 : Math.min(LOOK_MS, left.length));
  }
}

async function terminate(tree: Tree, graceMs: number): Promise<void> {
  const until = performance.now() + graceMs;
  const told = new Set<number>();
  for (let left = treeProcesses(tree); left.length > 0 && performance.now() < until; left = treeProcesses(tree)) {
    for (const { pid } of left.filter(({ pid }) => !told.has(pid))) {
      told.add(pid);
      send(pid, 'SIGTERM');
    }
    await delay(LOOK_MS);
  }
}

/** Where the system has no /proc, the root's group is all that can be found. */
function killGroup(root: Tree['root']): void {
  if (root !== undefined && process.platform !== 'linux') send(-root.pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself, or is another user's: the next look tells.
  }
}

function unkillable({ attempt }: Tree, left: Process[]): PortError {
  const pids = left.map(({ pid }) => pid).join(', ');
  return new PortError(
    'Agent.Unkillable',
    `Processes ${pids} of attempt ${attempt} do not end on SIGKILL; look at them on this worker's host.`,
  );
}
