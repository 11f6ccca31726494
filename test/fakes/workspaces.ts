import type { Commit, Sealed, Workspaces } from '../../activities/ports.ts';
import type { FakeRepository } from './repository.ts';
import { hash } from './repository.ts';

export type FakeWork = {
  /** Files an agent leaves in its workspace, by attempt; `seal` commits them. */
  left: Map<string, Record<string, string>>;
  /** Results that were kept with their record, by attempt. */
  records: Map<string, Sealed>;
  /** What a command in a clean checkout ends with. */
  command: { exitCode: number; output: string };
  /** Commands that were run, with the commit. */
  ran: { sha: string; command: string[] }[];
};

/** Workspaces over the repository in memory; a workspace's path is its attempt. */
export function createFakeWorkspaces(repository: FakeRepository, work: FakeWork): Workspaces {
  return {
    async open({ attempt, start }) {
      return { path: attempt, head: repository.read(start).sha };
    },
    async seal({ head }, { attempt, record }) {
      const earlier = work.records.get(attempt);
      if (earlier) return earlier;
      const files = work.left.get(attempt);
      const base = repository.read(head);
      const commit: Commit = files ? repository.commit({ ...base.files, ...files }, [base.sha]) : bare(base);
      const sideRef = `refs/conveyor/${attempt}`;
      if (record === undefined) return { commit, sideRef };
      work.records.set(attempt, { commit, sideRef, record });
      return { commit, sideRef, record };
    },
    sealed: async ({ attempt }) => work.records.get(attempt),
    async push({ branch, sha, expected }) {
      const tip = repository.branches.get(branch);
      if (tip === sha) return 'pushed';
      if ((tip ?? null) !== expected) return 'moved';
      repository.branches.set(branch, repository.read(sha).sha);
      return 'pushed';
    },
    async sync({ head, base: given }) {
      const base = repository.read(given).sha;
      const diff = hash(repository.changed(base, head).map((path) => [path, repository.read(head).files[path]]));
      if (repository.isAncestor(base, head)) {
        return { kind: 'candidate', candidate: { sha: head, head, base, tree: repository.read(head).tree, diff } };
      }
      const files = repository.merge(head, base);
      if (!files) return { kind: 'conflict', files: repository.changed(base, head) };
      const { sha, tree } = repository.commit(files, [head, base]);
      return { kind: 'candidate', candidate: { sha, head, base, tree, diff } };
    },
    async revertOf({ sha, to }) {
      return repository.commit(repository.read(to).files, [sha]);
    },
    async inspect({ key, sha, base }) {
      const commit = repository.read(sha);
      const folder = `docs/tasks/${key}/`;
      const owed = Object.entries(commit.files).filter(([path]) => path.startsWith(folder));
      const documents = Object.fromEntries(owed.map(([path, content]) => [path.slice(folder.length), content]));
      return {
        commit: bare(commit),
        documents,
        documentsHash: owed.length === 0 ? 'none' : hash(documents),
        changedPaths: repository.changed(base, sha),
      };
    },
    async runIn({ sha, command }) {
      work.ran.push({ sha, command });
      return work.command;
    },
    async close() {},
  };
}

function bare({ sha, tree, parents }: Commit): Commit {
  return { sha, tree, parents };
}
