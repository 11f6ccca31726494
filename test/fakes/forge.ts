import type { CommitStatus, Forge, PullRequest, Review } from '../../activities/ports.ts';
import type { FakeRepository } from './repository.ts';

type KeptPullRequest = Omit<PullRequest, 'head'> & { marker: string };
type KeptReview = Review & { number: number; marker?: string };

export type FakeForgeState = {
  pullRequests: KeptPullRequest[];
  reviews: KeptReview[];
  statuses: (CommitStatus & { sha: string })[];
  protection: { contexts: string[]; reviewers: string[] };
  /** The name `publishReview` publishes under. */
  reviewer: string;
  author: string;
};

/** A forge over the repository in memory. Its state is open to the test, which plays people and CI on it. */
export function createFakeForge(repository: FakeRepository, state: FakeForgeState, now: () => number): Forge {
  const tip = (branch: string) => repository.branches.get(branch);
  const shown = (kept: KeptPullRequest): PullRequest => ({ ...kept, head: tip(kept.branch) ?? '' });

  return {
    async tip(_repo, branch) {
      return tip(branch);
    },
    async openPullRequest(_repo, { branch, base, marker }) {
      const found = state.pullRequests.find((one) => one.marker === marker);
      if (found) return shown(found);
      const number = state.pullRequests.length + 1;
      const url = `http://forge.invalid/pulls/${number}`;
      const opened: KeptPullRequest = {
        number,
        branch,
        base,
        state: 'open',
        mergeable: 'yes',
        url,
        author: state.author,
        marker,
      };
      state.pullRequests.push(opened);
      return shown(opened);
    },
    async pullRequest(_repo, number) {
      const found = state.pullRequests.find((one) => one.number === number);
      return found && shown(found);
    },
    async reviews(_repo, number) {
      return state.reviews.filter((review) => review.number === number);
    },
    async publishReview(_repo, number, { marker, ...review }) {
      if (state.reviews.some((one) => one.marker === marker)) return;
      state.reviews.push({ ...review, number, marker, reviewer: state.reviewer, state: 'official', at: now() });
    },
    async statuses(_repo, sha) {
      return state.statuses.filter((status) => status.sha === sha);
    },
    async protection() {
      return state.protection;
    },
    async land(_repo, { number, branch, base, from, sha }) {
      const found = state.pullRequests.find((one) => one.number === number);
      const baseTip = tip(base) ?? '';
      if (baseTip === sha) return { kind: 'landed' };
      if (found?.state !== 'open') return { kind: 'closed' };
      if (tip(branch) !== sha) return { kind: 'head-moved', head: tip(branch) ?? '' };
      if (baseTip !== from) return { kind: 'moved', base: baseTip };
      repository.branches.set(base, sha);
      found.state = 'merged';
      return { kind: 'landed' };
    },
  };
}
