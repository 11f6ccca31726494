import { PortError } from '../../activities/ports.ts';
import type { Repository } from './commits.ts';
import type { remoteAccess } from './remote-access.ts';
import { withoutCredentials } from './trouble.ts';

/** A repository of this machine, the address of the one it mirrors, and the environment that lets git go there. */
export type Mirror = Repository & { url: string; access: ReturnType<typeof remoteAccess> };

const PUSH = ['push', '--quiet', '--porcelain', '--no-follow-tags', '--no-verify', '--recurse-submodules=no'];

/** What the ref is on the remote now; undefined when there is none. */
export async function readRemoteRef({ git, gitDir, url, access }: Mirror, ref: string): Promise<string | undefined> {
  const { text } = await git(['ls-remote', '--quiet', '--', url, ref], { gitDir, env: access });
  // A pattern also matches the end of a longer name.
  const lines = text()
    .split('\n')
    .map((line) => line.split('\t'));
  return lines.find(([, name]) => name === ref)?.[0];
}

/** Moves exactly one ref from `expected` (null: it must not exist) to `sha`. Already there = pushed. */
export async function moveRemoteRef(
  mirror: Mirror,
  { ref, sha, expected }: { ref: string; sha: string; expected: string | null },
): Promise<'pushed' | 'moved'> {
  const found = await readRemoteRef(mirror, ref);
  if (found === sha) return 'pushed';
  if ((found ?? null) !== expected) return 'moved';
  const { git, gitDir, url, access } = mirror;
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const pushed = await git([...PUSH, lease, '--', url, `${sha}:${ref}`], { gitDir, env: access, answers: [1] });
  if (pushed.exitCode === 0) return 'pushed';
  // Refused: somebody was faster, or our own push of an earlier try arrived after all.
  const now = await readRemoteRef(mirror, ref);
  if (now === sha) return 'pushed';
  if ((now ?? null) !== expected) return 'moved';
  throw refused(ref, url, `${pushed.text()}\n${pushed.stderr}`);
}

/** Keeps a commit on the remote under a side ref, whatever stood there. */
export async function keepOnRemote({ git, gitDir, url, access }: Mirror, sha: string, ref: string): Promise<void> {
  const pushed = await git([...PUSH, '--', url, `+${sha}:${ref}`], { gitDir, env: access, answers: [1] });
  if (pushed.exitCode !== 0) throw refused(ref, url, `${pushed.text()}\n${pushed.stderr}`);
}

/**
 * Makes `first`, which must not exist yet, and with it points another ref to its commit, whatever stood there: both or
 * neither. `taken`: `first` was there already, so nothing moved.
 */
export async function keepTogether(
  mirror: Mirror,
  { first, with: other }: Record<'first' | 'with', { sha: string; ref: string }>,
): Promise<'kept' | 'taken'> {
  const { git, gitDir, url, access } = mirror;
  const lease = `--force-with-lease=${first.ref}:`;
  const refs = [`${first.sha}:${first.ref}`, `+${other.sha}:${other.ref}`];
  const pushed = await git([...PUSH, '--atomic', lease, '--', url, ...refs], { gitDir, env: access, answers: [1] });
  if (pushed.exitCode === 0) return 'kept';
  if ((await readRemoteRef(mirror, first.ref)) !== undefined) return 'taken';
  throw refused(
    other.ref,
    url,
    `${pushed.text()}
${pushed.stderr}`,
  );
}

function refused(ref: string, url: string, output: string): PortError {
  const why = /\[(?:remote )?rejected\] \((.*)\)/.exec(output)?.[1] ?? 'no reason given';
  const text = `${withoutCredentials(url)} refuses a push to ${ref}: ${why}.`;
  // Two pushes at one moment; the loser finds the lock of the other.
  if (/cannot lock|failed to update ref|\.lock/.test(output)) {
    return new PortError('Git.Locked', `${text} It is tried again.`, 'transient');
  }
  return new PortError('Git.PushRefused', `${text} Check its branch protection and hooks.`, 'config');
}
