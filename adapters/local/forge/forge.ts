import type { CommitStatus, Forge, Review } from '../../../activities/ports.ts';
import type { Environment } from '../../git/environment.ts';
import { createGit } from '../../git/git.ts';
import { checkedSha } from '../../git/names.ts';
import { OUR_ACTOR } from '../webhook/event.ts';
import type { LocalEvent } from '../webhook/event.ts';
import { landPull } from './land.ts';
import { readBase, readChecks, readTip } from './protection.ts';
import { findOrOpen, present, pullOf } from './pull-request.ts';
import { addReview, readPull, readReviews, readStatuses } from './records.ts';
import type { ForgeRepository } from './repository.ts';
import { existing, locked } from './repository.ts';
import type { ReviewRecord, StatusRecord } from './schema.ts';

export type LocalForgeOptions = {
  /** Holds `<repo>.git` and `<repo>/` for every repository. */
  root: string;
  /** The name our own reviews are published under. */
  reviewer: string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Told after every change; must not throw or wait. */
  announce: (event: LocalEvent) => void;
  /** Filtered by an allow-list. */
  env?: Environment;
};

/** A forge in a folder: plain git for the code, JSON files for pull requests, reviews and statuses. */
export function createLocalForge({ root, reviewer, now, announce, env }: LocalForgeOptions): Forge {
  const git = createGit({ env });
  const at = async (repo: string): Promise<ForgeRepository> => existing(git, root, repo);

  return {
    async tip(repo, branch) {
      return readTip(await at(repo), branch);
    },

    async openPullRequest(repo, open) {
      const repository = await at(repo);
      const { record, opened } = await locked(repository, () => findOrOpen(repository, open, now()));
      const { branch, head: sha } = record;
      if (opened) announce({ event: 'pull-request', repo, branch, sha, by: OUR_ACTOR, at: now() });
      return present(repository, record);
    },

    async pullRequest(repo, number) {
      const repository = await at(repo);
      const record = await readPull(repository, number);
      return record && present(repository, record);
    },

    async reviews(repo, number) {
      return (await readReviews(await at(repo), number)).map(reviewOf);
    },

    async publishReview(repo, number, review) {
      const repository = await at(repo);
      checkedSha(review.head);
      const { branch } = await pullOf(repository, number);
      const published = await locked(repository, async () => {
        const reviews = await readReviews(repository, number);
        if (reviews.some(({ marker }) => marker === review.marker)) return false;
        const { marker, verdict, head, body, findings } = review;
        const state = 'official';
        await addReview(repository, number, { marker, reviewer, verdict, head, body, findings, state, at: now() });
        return true;
      });
      if (published) announce({ event: 'review', repo, branch, sha: review.head, by: OUR_ACTOR, at: now() });
    },

    async statuses(repo, sha) {
      return (await readStatuses(await at(repo), checkedSha(sha))).map(statusOf);
    },

    async protection(repo, base) {
      const repository = await at(repo);
      const { contexts, reviewers } = await readChecks(repository, await readBase(repository, base));
      return { contexts: contexts.map(({ name }) => name), reviewers };
    },

    async land(repo, land) {
      const repository = await at(repo);
      const result = await locked(repository, () => landPull(repository, land, now()));
      if (result.kind === 'landed') announce({ event: 'push', repo, branch: land.base, sha: land.sha, at: now() });
      return result;
    },
  };
}

function reviewOf({ reviewer, verdict, head, body, findings, state, at }: ReviewRecord): Review {
  return { reviewer, verdict, head, body, findings, state, at };
}

function statusOf({ context, state, description, at }: StatusRecord): CommitStatus {
  return { context, state, description, at };
}
