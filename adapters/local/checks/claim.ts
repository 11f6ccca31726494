import { putStatus, readStatuses } from '../forge/records.ts';
import { locked } from '../forge/repository.ts';
import type { StatusRecord } from '../forge/schema.ts';
import { formatHolder, isAlive, parseHolder, self } from '../store/holder.ts';
import type { Owed } from './owed.ts';

/** Marks the check as ours and pending. false: it has a result, or a live process is at it. */
export async function claim({ repository, sha, check }: Owed, at: number): Promise<boolean> {
  const owner = formatHolder(await self());
  return locked(repository, async () => {
    const found = (await readStatuses(repository, sha)).find(({ context }) => context === check.name);
    if (found !== undefined && !(await isFree(found))) return false;
    const description = `running ${check.command.join(' ')}`.slice(0, 140);
    await putStatus(repository, sha, { context: check.name, state: 'pending', description, at, owner });
    return true;
  });
}

/** Writes the result. */
export async function conclude(
  { repository, sha, check }: Owed,
  result: Pick<StatusRecord, 'state' | 'description' | 'at'>,
): Promise<void> {
  await locked(repository, () => putStatus(repository, sha, { context: check.name, ...result }));
}

/** Leaves it pending for whoever comes next. */
export async function giveBack(owed: Owed, at: number): Promise<void> {
  await conclude(owed, { state: 'pending', description: 'waiting for its turn', at });
}

async function isFree({ state, owner }: StatusRecord): Promise<boolean> {
  if (state !== 'pending') return false;
  const holder = owner === undefined ? undefined : parseHolder(owner);
  return holder === undefined || !(await isAlive(holder));
}
