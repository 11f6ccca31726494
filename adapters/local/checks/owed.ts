import { readChecks, readTips } from '../forge/protection.ts';
import { readPulls, readStatuses } from '../forge/records.ts';
import type { ForgeRepository } from '../forge/repository.ts';
import type { ChecksFile } from '../forge/schema.ts';

/** A context of the base branch that has no result yet for the head of an open pull request. */
export type Owed = { repository: ForgeRepository; sha: string; check: ChecksFile['contexts'][number] };

/** The head of an open pull request and the tip of its base. */
export type Head = {
  repository: ForgeRepository;
  number: number;
  branch: string;
  sha: string;
  base: { branch: string; tip: string };
};

/** What a base branch declares. */
export type Rules = (head: Head) => Promise<ChecksFile>;

/** Every open pull request whose branches exist, as they are now: one git process for all of them. */
export async function readHeads(repository: ForgeRepository): Promise<Head[]> {
  const open = (await readPulls(repository)).filter(({ state }) => state === 'open');
  if (open.length === 0) return [];
  const tips = await readTips(
    repository,
    open.flatMap(({ branch, base }) => [branch, base]),
  );
  return open.flatMap(({ number, branch, base }) => {
    const [sha, tip] = [tips.get(branch), tips.get(base)];
    return sha === undefined || tip === undefined
      ? []
      : [{ repository, number, branch, sha, base: { branch: base, tip } }];
  });
}

/** Reads the rules of a base branch again only when it has moved. */
export function createRules(): Rules {
  const known = new Map<string, { tip: string; rules: ChecksFile }>();
  return async ({ repository, base }) => {
    const key = `${repository.name} ${base.branch}`;
    const found = known.get(key);
    if (found?.tip === base.tip) return found.rules;
    const rules = await readChecks(repository, base.tip);
    known.set(key, { tip: base.tip, rules });
    return rules;
  };
}

/** What still has to be run for this head. A pending one counts: whose run that is, claiming it tells. */
export async function readOwed(head: Head, rules: Rules): Promise<Owed[]> {
  const { repository, sha } = head;
  const statuses = await readStatuses(repository, sha);
  const { contexts } = await rules(head);
  return contexts
    .filter(({ name }) => (statuses.find(({ context }) => context === name)?.state ?? 'pending') === 'pending')
    .map((check) => ({ repository, sha, check }));
}
