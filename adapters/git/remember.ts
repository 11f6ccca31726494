/** Answers of git that cannot change, so that git is not started for the same one again and again. */

import type { Git, GitAnswer, GitCall } from './call.ts';

const ANSWERS = 1_000;
const LARGEST_BYTES = 16 * 1024;
/** An object by its full id, or a path in one. */
const NAMED = /^[0-9a-f]{40}(?:[0-9a-f]{24})?(?::|$)/;

/**
 * The same git, which remembers the answers to calls that name the `objects` they are about: the last thousand, small
 * ones only. A gate's every look asks the same about the same commit, and each start of git costs a fork of this process.
 */
export function remembering(git: Git): Git {
  const known = new Map<string, GitAnswer>();
  return async (args, call = {}) => {
    const key = keyOf(args, call);
    const remembered = key === undefined ? undefined : known.get(key);
    if (remembered !== undefined) return remembered;
    const answer = await git(args, call);
    if (key !== undefined && answer.bytes.byteLength <= LARGEST_BYTES) {
      const [oldest] = known.keys();
      if (known.size >= ANSWERS && oldest !== undefined) known.delete(oldest);
      known.set(key, answer);
    }
    return answer;
  };
}

/** undefined when anything but a full id is asked about: a name means something else tomorrow. */
function keyOf(args: readonly string[], { objects, ...call }: GitCall): string | undefined {
  if (objects === undefined || !objects.every((object) => NAMED.test(object))) return undefined;
  return JSON.stringify([args, call]);
}
