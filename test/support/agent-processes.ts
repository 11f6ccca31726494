import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Pids of the live processes that carry an attempt's marker, read straight from /proc. */
export function markedProcesses(attempt: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && read(pid, 'environ').split('\0').includes(`CONVEYOR_ATTEMPT=${attempt}`));
}

/** Pids of the live processes whose current directory is `folder`: also those that dropped their environment. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && currentFolder(pid) === folder);
}

function currentFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
