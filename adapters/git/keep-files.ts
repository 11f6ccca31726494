import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from './commits.ts';
import type { GitAnswer } from './git.ts';
import { splitNul } from './git.ts';

/** `leftOut`: what git cannot keep, one sentence each; at most ten, the last then says how many more. */
export type Kept = { tree: string; leftOut: string[] };

type Work = { folder: string; onto: string; indexFile: string };

const GITLINK = '160000';
const MOST_LEFT_OUT = 10;
const LONGEST_SENTENCE = 200;

/**
 * The tree of everything an agent left in `folder` that its own `.gitignore` files do not leave out, written to the
 * repository. `onto`: the commit whose ignored files stay in. The index is a file of ours, removed afterwards.
 *
 * Whatever the agent left, there is an answer: work that can never be kept would be run again and again. A file that
 * git refuses is left out, submodules stay as `onto` has them, and an encoding that does not fit is not applied.
 */
export async function keepFiles(repository: Repository, work: Work): Promise<Kept> {
  const { git, gitDir } = repository;
  const call = { gitDir, workTree: work.folder, env: { GIT_INDEX_FILE: work.indexFile } };
  try {
    await git(['read-tree', work.onto], call);
    const input = ['.', ...(await submodules(repository, work.onto)).map((path) => `:(exclude,literal)${path}`)].join(
      '\0',
    );
    const added = await add(repository, work, input);
    // Without the work tree: git would look again at files as young as the index, and stumble over their attributes.
    const written = await git(['write-tree'], { gitDir, env: call.env });
    return { tree: written.text(), leftOut: sentences(added.stderr) };
  } finally {
    await rm(work.indexFile, { force: true });
  }
}

/**
 * Where a commit has submodules. git would look for changes within a repository that stands there, by running
 * `status` in it: with the filters that an agent configured.
 */
async function submodules({ git, gitDir }: Repository, sha: string): Promise<string[]> {
  const { text } = await git(['ls-tree', '-r', '-z', sha], { gitDir });
  return splitNul(text()).flatMap((entry) => (entry.startsWith(GITLINK) ? [entry.slice(entry.indexOf('\t') + 1)] : []));
}

async function add({ git, gitDir }: Repository, work: Work, input: string): Promise<GitAnswer> {
  const args = ['add', '--all', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'];
  const call = { workTree: work.folder, env: { GIT_INDEX_FILE: work.indexFile }, input };
  const added = await git(args, { ...call, gitDir, answers: [1, 128] });
  if (added.exitCode !== 128) return added;
  // A `.gitattributes` may name an encoding that a file does not have, or that there is none of.
  return withoutEncodings({ git, gitDir }, work.indexFile, (own, objects) =>
    git(args, { ...call, gitDir: own, env: { ...call.env, GIT_OBJECT_DIRECTORY: objects }, answers: [1] }),
  );
}

/** A repository for one call: the objects of the other one, attributes that win over those of any work tree. */
async function withoutEncodings<T>(
  { git, gitDir }: Repository,
  name: string,
  use: (own: string, objects: string) => Promise<T>,
): Promise<T> {
  const own = `${name}.git`;
  try {
    await git(['init', '--quiet', '--bare', '--template=', '--', own]);
    await mkdir(join(own, 'info'), { recursive: true });
    await writeFile(join(own, 'info', 'attributes'), '* !working-tree-encoding\n');
    return await use(own, join(gitDir, 'objects'));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function sentences(stderr: string): string[] {
  const all = stderr.split('\n').flatMap((line) => /^error: (.+)$/.exec(line)?.[1]?.slice(0, LONGEST_SENTENCE) ?? []);
  const more = all.length - MOST_LEFT_OUT;
  return more > 0 ? [...all.slice(0, MOST_LEFT_OUT), `and ${more} more`] : all;
}
