import type { TroubleKind } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';

/** How a git process ended that gave no answer. */
export type GitFailure = {
  args: readonly string[];
  where: string | undefined;
  stderr: string;
  exitCode: number | undefined;
  timedOut: boolean;
  /** The system's error code, e.g. `ENOENT` when there is no git. */
  code: string | undefined;
  shortMessage: string | undefined;
};

type Class = { type: string; trouble: TroubleKind; todo: string; says: RegExp };

// The first that matches wins: "unable to access" is also said of a refused password.
const CLASSES: readonly Class[] = [
  {
    type: 'Git.Unauthorized',
    trouble: 'auth',
    todo: 'Check the credentials of this remote.',
    says: /authentication failed|could not read (username|password)|permission denied \(|requested url returned error: 40[13]|host key verification failed/i,
  },
  {
    type: 'Git.RemoteMissing',
    trouble: 'config',
    todo: "Check the repository's address.",
    says: /does not appear to be a git repository|repository .*(not found|does not exist)|requested url returned error: 404/i,
  },
  {
    type: 'Git.Unreachable',
    trouble: 'transient',
    todo: 'It is tried again.',
    says: /could not resolve host|connection (refused|reset|timed out)|failed to connect|network is unreachable|operation timed out|early eof|rpc failed|hung up|unable to access|returned error: 5\d\d/i,
  },
  {
    type: 'Git.DiskFull',
    trouble: 'config',
    todo: 'Free some space.',
    says: /no space left on device|disk quota exceeded/i,
  },
  {
    type: 'Git.NotOurs',
    trouble: 'config',
    todo: 'Give the folder to the user that runs Conveyor.',
    says: /dubious ownership/i,
  },
  {
    type: 'Git.Locked',
    trouble: 'transient',
    todo: 'It is tried again.',
    says: /unable to create '.*\.lock'|cannot lock ref/i,
  },
];

/** Classifies a failed git process; credentials in addresses are left out of the message. */
export function toTrouble(failure: GitFailure): PortError {
  const command = `git ${failure.args[0] ?? ''}${failure.where === undefined ? '' : ` in ${failure.where}`}`;
  if (failure.code === 'ENOENT') {
    return new PortError('Git.NotRun', `${command} could not start: git or the folder is missing.`, 'config');
  }
  if (failure.timedOut) {
    return new PortError('Git.TimedOut', `${command} took too long and was stopped. It is tried again.`, 'transient');
  }
  const found = CLASSES.find(({ says }) => says.test(failure.stderr));
  const said = withoutCredentials(reason(failure));
  if (found) return new PortError(found.type, `${command} failed: ${said}. ${found.todo}`, found.trouble);
  return new PortError('Git.Failed', `${command} failed: ${said}. It is tried again.`, 'transient');
}

/** `https://user:secret@host` without the part before the `@`. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1');
}

function reason({ stderr, exitCode, shortMessage }: GitFailure): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const line = lines.find((line) => /^(fatal|error|remote): /.test(line)) ?? lines.find((line) => line !== '');
  const text = line ?? (exitCode === undefined ? (shortMessage ?? 'it was stopped') : `exit code ${exitCode}`);
  return text.replace(/\.$/, '');
}
