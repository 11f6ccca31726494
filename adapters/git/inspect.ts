import { createHash } from 'node:crypto';
import type { Inspection } from '../../activities/ports.ts';
import type { Repository } from './commits.ts';
import { forkPoint, readCommit } from './commits.ts';
import { splitNul } from './git.ts';
import { checkedKey } from './names.ts';

const LONGEST_DOCUMENT = 64 * 1024;

type Document = { path: string; content: Uint8Array };

/** The documents that a commit keeps for the task, and what it changes since it left the base. */
export async function inspect(
  repository: Repository,
  { key, sha, base }: { key: string; sha: string; base: string },
): Promise<Inspection> {
  const [documents, commit, changed] = await Promise.all([
    readDocuments(repository, sha, `docs/tasks/${checkedKey(key)}/`),
    readCommit(repository, sha),
    changedPaths(repository, sha, base),
  ]);
  return {
    commit,
    documents: Object.fromEntries(documents.map(({ path, content }) => [path, shortened(content)])),
    documentsHash: hashOf(documents),
    changedPaths: changed,
  };
}

async function readDocuments({ git, gitDir }: Repository, sha: string, folder: string): Promise<Document[]> {
  const { text } = await git(['ls-tree', '-r', '-z', sha, '--', folder], { gitDir, objects: [sha] });
  const documents: Document[] = [];
  for (const entry of splitNul(text())) {
    const [about = '', path = ''] = entry.split('\t');
    const [mode = '', , id = ''] = about.split(' ');
    // Links and submodules are no documents: what they show is not in this commit.
    if (!mode.startsWith('100')) continue;
    const { bytes } = await git(['cat-file', 'blob', id], { gitDir, objects: [id] });
    documents.push({ path: path.slice(folder.length), content: bytes });
  }
  return documents;
}

async function changedPaths(repository: Repository, sha: string, base: string): Promise<string[]> {
  const from = await forkPoint(repository, base, sha);
  const { gitDir } = repository;
  const { text } = await repository.git(['diff', '--name-only', '-z', '--no-renames', from, sha, '--'], {
    gitDir,
    objects: [from, sha],
  });
  return splitNul(text());
}

/** Over path and whole content of each, with lengths, so that no two sets of documents are hashed alike. */
function hashOf(documents: readonly Document[]): string {
  if (documents.length === 0) return 'none';
  const hash = createHash('sha256');
  for (const { path, content } of documents) hash.update(`${path}\0${content.byteLength}\0`).update(content);
  return hash.digest('hex');
}

function shortened(content: Uint8Array): string {
  return Buffer.from(content.subarray(0, LONGEST_DOCUMENT)).toString('utf8');
}
