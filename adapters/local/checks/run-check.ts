import { join } from 'node:path';
import { encodeName } from '../../git/names.ts';
import type { RanAt } from '../../git/run-at.ts';
import { runAt } from '../../git/run-at.ts';
import { writeText } from '../store/text-file.ts';
import type { StatusRecord } from '../forge/schema.ts';
import { claim, conclude, giveBack } from './claim.ts';
import type { ChecksOptions } from './options.ts';
import { readHeads } from './owed.ts';
import type { Owed } from './owed.ts';

const LONGEST_DESCRIPTION = 3_000;
const LAST_LINES = 30;

/**
 * Runs one check on exactly its commit and writes the result; the whole output goes to `<repo>/logs/`.
 * Does nothing when somebody else is at it. Stopped or in trouble, it gives the check back; trouble is thrown on.
 */
export async function runCheck(options: ChecksOptions, owed: Owed, signal: AbortSignal): Promise<void> {
  const { now, root, env } = options;
  if (!(await claim(owed, now()))) return;
  const { repository, sha, check } = owed;
  try {
    const request = { from: repository.gitDir, sha, command: check.command, timeoutMs: check.timeoutSeconds * 1000 };
    const ran = await runAt(repository.git, { ...request, root: join(root, '.runs'), env, signal });
    if (ran.ended === 'stopped') {
      await giveBack(owed, now());
      return;
    }
    await writeText(join(repository.folder, 'logs', sha, `${encodeName(check.name)}.log`), ran.output);
    await conclude(owed, { ...judge(ran), at: now() });
  } catch (error) {
    await giveBack(owed, now());
    throw error;
  }
  // That it runs is no news: nobody waits for that.
  await tellOfResult(options, owed);
}

/** A result belongs to its commit: every pull request that stands there waits for it, not only the one that ran it. */
async function tellOfResult({ announce, now }: ChecksOptions, { repository, sha }: Owed): Promise<void> {
  const concerned = (await readHeads(repository)).filter((head) => head.sha === sha);
  for (const { branch } of concerned) announce({ event: 'status', repo: repository.name, branch, sha, at: now() });
}

function judge({ ended, exitCode, output }: RanAt): Pick<StatusRecord, 'state' | 'description'> {
  const lines = output.trim().split('\n').slice(-LAST_LINES).join('\n');
  if (ended === 'exited' && exitCode === 0) return { state: 'success', description: shortened(lines, 'exit code 0') };
  return { state: 'failure', description: shortened(`exit code ${exitCode}\n${lines}`, '') };
}

/** The end of a long text says more than its beginning. */
function shortened(text: string, whenEmpty: string): string {
  return text.trim().slice(-LONGEST_DESCRIPTION) || whenEmpty;
}
