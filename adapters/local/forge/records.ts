import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from '../store/json-file.ts';
import type { ForgeRepository } from './repository.ts';
import { PullRecord, ReviewRecord, StatusRecord } from './schema.ts';

const Reviews = z.array(ReviewRecord);
const Statuses = z.array(StatusRecord);

/** All pull requests by number. Throws `Store.Invalid` for a file somebody broke. */
export async function readPulls(repository: ForgeRepository): Promise<PullRecord[]> {
  const names = await readdir(join(repository.folder, 'pulls')).catch(() => []);
  const numbers = names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  const pulls = await Promise.all(numbers.sort((a, b) => a - b).map((number) => readPull(repository, number)));
  return pulls.filter((pull) => pull !== undefined);
}

export async function readPull(repository: ForgeRepository, number: number): Promise<PullRecord | undefined> {
  return readJson(pullFile(repository, number), PullRecord);
}

/** Only while the repository is locked, like every write here. */
export async function writePull(repository: ForgeRepository, pull: PullRecord): Promise<void> {
  await writeJson(pullFile(repository, pull.number), pull);
}

/** The reviews of a pull request, oldest first. */
export async function readReviews(repository: ForgeRepository, number: number): Promise<ReviewRecord[]> {
  return (await readJson(reviewsFile(repository, number), Reviews)) ?? [];
}

export async function addReview(repository: ForgeRepository, number: number, review: ReviewRecord): Promise<void> {
  await writeJson(reviewsFile(repository, number), [...(await readReviews(repository, number)), review]);
}

/** The newest status of each context of exactly this commit. */
export async function readStatuses(repository: ForgeRepository, sha: string): Promise<StatusRecord[]> {
  return (await readJson(statusesFile(repository, sha), Statuses)) ?? [];
}

/** Replaces the status of the same context. */
export async function putStatus(repository: ForgeRepository, sha: string, status: StatusRecord): Promise<void> {
  const others = (await readStatuses(repository, sha)).filter(({ context }) => context !== status.context);
  await writeJson(statusesFile(repository, sha), [...others, status]);
}

function pullFile({ folder }: ForgeRepository, number: number): string {
  return join(folder, 'pulls', `${Math.trunc(number)}.json`);
}

function reviewsFile({ folder }: ForgeRepository, number: number): string {
  return join(folder, 'reviews', `${Math.trunc(number)}.json`);
}

function statusesFile({ folder }: ForgeRepository, sha: string): string {
  return join(folder, 'statuses', `${sha}.json`);
}
