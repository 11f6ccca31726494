import { createHash } from 'node:crypto';
import { PortError } from '../../activities/ports.ts';

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const BRANCH = /^[A-Za-z0-9][A-Za-z0-9._+-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._+-]*)*$/;
const KEY = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;
const LONGEST = 200;
const LONGEST_ENCODED = 120;

/** The commit's id; throws `Git.BadName` for anything but a full one. */
export function checkedSha(sha: string): string {
  if (SHA.test(sha)) return sha;
  throw badName('commit id', sha, 'Give all its hexadecimal digits.');
}

/** Whether this is a full commit id and so never a branch. */
export function isSha(text: string): boolean {
  return SHA.test(text);
}

/** `refs/heads/<branch>`; throws `Git.BadName` for a name that git or a shell could take for something else. */
export function branchRef(branch: string): string {
  const misleading =
    branch.includes('..') || /\.(?:lock)?(?:\/|$)/.test(branch) || SHA.test(branch) || branch === 'HEAD';
  if (BRANCH.test(branch) && branch.length <= LONGEST && !misleading) return `refs/heads/${branch}`;
  throw badName('branch', branch, 'Use letters, digits and . _ + - between slashes.');
}

/** A task's key, fit for a folder's name and within a ref; throws `Git.BadName`. */
export function checkedKey(key: string): string {
  if (KEY.test(key) && key.length <= LONGEST && !key.endsWith('.lock')) return key;
  throw badName('task key', key, 'Use letters, digits and . _ -.');
}

/**
 * Any text as one name that is safe as a folder and within a ref: `ORCH-53#2/development/1` becomes
 * `ORCH-53_232+development+1`. Different texts give different names; a long one ends with its hash.
 */
export function encodeName(text: string): string {
  if (text === '') throw badName('name', text, 'It must not be empty.');
  const encoded = [...Buffer.from(text, 'utf8')].map(encodeByte).join('');
  if (encoded.length <= LONGEST_ENCODED) return encoded;
  const hash = createHash('sha256').update(text).digest('hex');
  // No other name holds a `=`, so a cut one never equals a whole one.
  return `${encoded.slice(0, LONGEST_ENCODED - 33)}=${hash.slice(0, 32)}`;
}

/** Where commits are kept on the remote beside the branches, so that any host finds them. */
export const sideRefs = {
  attempt: (attempt: string): string => `refs/conveyor/attempts/${encodeName(attempt)}`,
  candidate: (key: string): string => `refs/conveyor/candidates/${checkedKey(key)}`,
  revert: (sha: string): string => `refs/conveyor/reverts/${checkedSha(sha)}`,
};

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9-]/.test(character)) return character;
  return character === '/' ? '+' : `_${byte.toString(16).padStart(2, '0')}`;
}

function badName(what: string, name: string, todo: string): PortError {
  return new PortError(
    'Git.BadName',
    `Cannot use ${JSON.stringify(name.slice(0, 80))} as a ${what}. ${todo}`,
    'config',
  );
}
