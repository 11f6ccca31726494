import type { Git, GitAnswer, GitCall } from './call.ts';
import type { Environment } from './environment.ts';
import { gitEnvironment } from './environment.ts';
import { remembering } from './remember.ts';
import { startSmall } from './starter.ts';
import { toTrouble } from './trouble.ts';

export type { Git, GitAnswer, GitCall };

const TIMEOUT_MS = 10 * 60_000;

// Command line settings win over a repository's own, and repositories hold what agents wrote.
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
  // Names that another system would take for `.git` are refused here as well.
  'core.protectHFS=true',
  'core.protectNTFS=true',
  // No helper is asked for a password, and no answer sends us to another address.
  'credential.helper=',
  'http.followRedirects=false',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
];

/** git without a shell, a prompt, hooks or the machine's configuration. `env` is filtered by an allow-list. */
export function createGit({ env }: { env?: Environment | undefined } = {}): Git {
  const base = gitEnvironment(env);

  async function git(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    const settings = [...SETTINGS, ...(call.settings ?? [])].flatMap((setting) => ['-c', setting]);
    const end = await startSmall({
      command: 'git',
      args: [...settings, ...place(call), ...args],
      // Without a work tree nothing depends on it, and a mirror may not be there yet.
      cwd: call.workTree ?? '/',
      env: { ...base, ...call.env },
      ...(call.input === undefined ? {} : { input: call.input }),
      timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
    });
    const stderr = decode(end.stderr);
    const { exitCode, timedOut, code, shortMessage } = end;
    if (exitCode === undefined || (exitCode !== 0 && !call.answers?.includes(exitCode))) {
      throw toTrouble({ args, where: call.workTree ?? call.gitDir, stderr, exitCode, timedOut, code, shortMessage });
    }
    const bytes = end.stdout;
    return { exitCode, bytes, text: () => decode(bytes).replace(/\n$/, ''), stderr };
  }

  return remembering(git);
}

/** The parts of an output written with `-z`. */
export function splitNul(text: string): string[] {
  return text.split('\0').filter((part) => part !== '');
}

function place({ gitDir, workTree }: GitCall): string[] {
  return [
    ...(gitDir === undefined ? [] : [`--git-dir=${gitDir}`]),
    ...(workTree === undefined ? [] : [`--work-tree=${workTree}`]),
  ];
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
