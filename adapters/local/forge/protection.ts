import { parseDocument } from 'yaml';
import { PortError } from '../../../activities/ports.ts';
import { readRef } from '../../git/commits.ts';
import { branchRef } from '../../git/names.ts';
import type { ForgeRepository } from './repository.ts';
import { ChecksFile } from './schema.ts';

const FILE = '.conveyor/checks.yaml';

/** The branch's tip; undefined when there is none. */
export async function readTip(repository: ForgeRepository, branch: string): Promise<string | undefined> {
  return readRef(repository, branchRef(branch));
}

/** The tips of those of the branches that exist. */
export async function readTips(repository: ForgeRepository, branches: readonly string[]): Promise<Map<string, string>> {
  const tips = await Promise.all(
    [...new Set(branches)].map(async (branch) => [branch, await readTip(repository, branch)] as const),
  );
  return new Map(tips.flatMap(([branch, sha]) => (sha === undefined ? [] : [[branch, sha]])));
}

/** The tip of a base branch; throws `LocalForge.BranchMissing`. */
export async function readBase(repository: ForgeRepository, base: string): Promise<string> {
  const tip = await readTip(repository, base);
  if (tip !== undefined) return tip;
  const message = `${repository.gitDir} has no branch ${base}. Check the project's base branch.`;
  throw new PortError('LocalForge.BranchMissing', message, 'config');
}

/** What the commit's `.conveyor/checks.yaml` demands; nothing without that file. Throws `LocalForge.BadChecks`. */
export async function readChecks(repository: ForgeRepository, sha: string): Promise<ChecksFile> {
  const { git, gitDir } = repository;
  const found = await git(['ls-tree', '-z', '--name-only', sha, '--', FILE], { gitDir, objects: [sha] });
  if (found.text() === '') return { contexts: [], reviewers: [] };
  const document = parseDocument(
    (await git(['cat-file', 'blob', `${sha}:${FILE}`], { gitDir, objects: [sha] })).text(),
  );
  const syntax = document.errors[0]?.message.split('\n')[0];
  if (syntax !== undefined) throw badChecks(repository, sha, syntax);
  const read = ChecksFile.safeParse(document.toJS() ?? {});
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter((part) => part !== '').join(': '),
  );
  throw badChecks(repository, sha, problems.join('; '));
}

function badChecks({ gitDir }: ForgeRepository, sha: string, why: string): PortError {
  const message = `Cannot use ${FILE} at ${sha.slice(0, 12)} of ${gitDir}: ${why}. Repair it on the base branch.`;
  return new PortError('LocalForge.BadChecks', message, 'config');
}
