import { PortError } from '../../activities/ports.ts';

/** How a role's agent is started and how long it may take. */
export type RoleCommand = {
  /** Argv template, never a shell line; `{cwd}` and `{role}` are replaced. */
  command: string[];
  /** The whole run, in milliseconds. */
  totalMs: number;
  /** Without output and without a changed file in the workspace, in milliseconds. */
  idleMs: number;
  /** Set for the agent as they stand. */
  env: Record<string, string>;
  /** Names of host variables the agent may see, e.g. its provider's key. */
  passEnv: string[];
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
};

const PLACEHOLDER = /\{([a-z][a-z-]*)\}/g;
const KNOWN = new Set(['cwd', 'role']);

/** Throws `Agent.Config` for an empty command or a placeholder nobody fills. */
export function checkCommand(role: string, { command }: RoleCommand): void {
  if (!command[0]) throw config(`Role ${role} has an empty command; name the program to run.`);
  for (const word of command) {
    const unknown = Array.from(word.matchAll(PLACEHOLDER), ([, name = '']) => name).find((name) => !KNOWN.has(name));
    if (unknown !== undefined) {
      throw config(`The command of role ${role} uses {${unknown}} in "${word}"; known are {cwd} and {role}.`);
    }
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
export function fill(command: readonly string[], values: { cwd: string; role: string }): string[] {
  return command.map((word) =>
    word.replace(PLACEHOLDER, (whole, name: string) => (name === 'cwd' || name === 'role' ? values[name] : whole)),
  );
}

function config(message: string): PortError {
  return new PortError('Agent.Config', message, 'config');
}
