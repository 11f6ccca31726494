import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * A process that can be found again after a restart of ours. A pid alone is given to somebody else sooner or later;
 * with the time it started (clock ticks since boot, as the kernel writes it) and the boot it names one process for ever.
 */
export type ProcessIdentity = { pid: number; startTime: string; bootId: string };

/** The process that has this pid now; undefined when there is none or it only waits to be reaped (a zombie). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
}

/** Whether exactly this process still runs: false after it ended, also when its pid has a new owner. */
export async function isAlive(known: ProcessIdentity): Promise<boolean> {
  const found = await identify(known.pid);
  return found !== undefined && found.startTime === known.startTime && found.bootId === known.bootId;
}

async function identifyByProc(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readProc(`/proc/${pid}/stat`);
  const bootId = await readProc('/proc/sys/kernel/random/boot_id');
  if (stat === undefined || bootId === undefined) return undefined;
  // The name before the last ")" may hold blanks and brackets; after it come state (field 3) … start time (field 22).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return identity(pid, fields[0], fields[19], bootId.trim());
}

// Where there is no /proc: `ps` tells the start to the second, as an absolute time, so that no boot id is needed.
async function identifyByPs(pid: number): Promise<ProcessIdentity | undefined> {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
  const ps = promisify(execFile)('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { env });
  const line = await ps.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  return identity(pid, line.split(/\s/)[0], line.replace(/^\S+\s+/, ''), 'none');
}

function identity(
  pid: number,
  state: string | undefined,
  startTime: string | undefined,
  bootId: string,
): ProcessIdentity | undefined {
  if (!state || !startTime || /^[ZXx]/.test(state)) return undefined;
  return { pid, startTime, bootId };
}

// A process that ends while it is looked at gives ENOENT or ESRCH: it is gone, which is no trouble.
async function readProc(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
