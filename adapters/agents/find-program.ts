import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { PortError } from '../../activities/ports.ts';

/**
 * The program's absolute path, looked up as execvp would in `path`, so that a missing one is told before anything is
 * started. Throws `Agent.NotInstalled`.
 */
export async function findProgram(program: string, cwd: string, path: string | undefined): Promise<string> {
  for (const candidate of candidates(program, cwd, path)) {
    if (await isExecutable(candidate)) return candidate;
  }
  const where = program.includes('/') ? '' : ` on PATH (${path ?? 'not set'})`;
  throw notInstalled(
    `The agent program "${program}" is missing or not executable${where}; install it or name another.`,
  );
}

/** Trouble for an agent program that cannot be started. */
export function notInstalled(message: string): PortError {
  return new PortError('Agent.NotInstalled', message, 'config');
}

function candidates(program: string, cwd: string, path = ''): string[] {
  if (isAbsolute(program)) return [program];
  if (program.includes('/')) return [resolve(cwd, program)];
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
