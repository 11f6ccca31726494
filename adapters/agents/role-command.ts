import { PortError } from '../../activities/ports.ts';
import type { Bounds } from './bounds.ts';

/** How a role's agent is started and how long it may take. */
export type RoleCommand = {
  /** Argv template, never a shell line; `{cwd}` and `{role}` are replaced. */
  command: string[];
  /** The same for continuing an interrupted run, with `{session}`; absent = every run starts afresh. */
  resume?: string[];
  /** The whole run, in milliseconds. */
  totalMs: number;
  /** Without output and without a changed file in the workspace, in milliseconds. */
  idleMs: number;
  /** Without anything new in the output and without a changed file, in milliseconds; absent = no such limit. */
  noProgressMs?: number;
  /** All processes of a run together; absent = no bound. */
  limits?: Bounds;
  /** Set for the agent as they stand. */
  env: Record<string, string>;
  /** Names of host variables the agent may see, e.g. its provider's key. */
  passEnv: string[];
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
};

const PLACEHOLDER = /\{([a-z][a-z-]*)\}/g;
type Values = { cwd: string; role: string; session?: string };

/** Throws `Agent.Config` for an empty command, a placeholder nobody fills, or a `resume` that resumes nothing. */
export function checkCommand(role: string, { command, resume }: RoleCommand): void {
  checkArgv(`command of role ${role}`, command, ['cwd', 'role']);
  if (resume === undefined) return;
  checkArgv(`resume command of role ${role}`, resume, ['cwd', 'role', 'session']);
  if (!resume.some((word) => word.includes('{session}'))) {
    throw config(`The resume command of role ${role} does not use {session}; say where the session's id goes.`);
  }
}

function checkArgv(what: string, argv: readonly string[], known: readonly string[]): void {
  if (!argv[0]) throw config(`The ${what} is empty; name the program to run.`);
  for (const word of argv) {
    const unknown = Array.from(word.matchAll(PLACEHOLDER), ([, name = '']) => name).find(
      (name) => !known.includes(name),
    );
    if (unknown === undefined) continue;
    const names = known.map((name) => `{${name}}`);
    const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    throw config(`The ${what} uses {${unknown}} in "${word}"; known are ${list}.`);
  }
}

/** The command of `role`. Throws `Agent.UnknownRole` when none is configured. */
export function commandOf(roles: Record<string, RoleCommand>, role: string): RoleCommand {
  const found = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(roles).join(', ') || 'none';
  throw new PortError(
    'Agent.UnknownRole',
    `No command is configured for role ${role} (configured: ${known}).`,
    'config',
  );
}

/** The argv with its placeholders filled. */
export function fill(command: readonly string[], values: Values): string[] {
  const filled = new Map<string, string>(Object.entries(values));
  return command.map((word) => word.replace(PLACEHOLDER, (whole, name: string) => filled.get(name) ?? whole));
}

function config(message: string): PortError {
  return new PortError('Agent.Config', message, 'config');
}
