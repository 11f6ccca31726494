import { setTimeout as wait } from 'node:timers/promises';
import { isOurCommit } from '../../git/commits.ts';
import { createGit } from '../../git/git.ts';
import type { ForgeRepository } from '../forge/repository.ts';
import { existing, repositoryNames } from '../forge/repository.ts';
import { OUR_ACTOR } from '../webhook/event.ts';
import type { ChecksOptions } from './options.ts';
import type { Head, Owed } from './owed.ts';
import { createRules, readHeads, readOwed } from './owed.ts';
import { runCheck } from './run-check.ts';

const AT_ONCE = 2;
const AFTER_TROUBLE_MS = 5_000;

/**
 * The local forge's CI: for every head of an open pull request it runs what `.conveyor/checks.yaml` of the base
 * branch declares, each context once a commit, two at a time, until `stop`. What a killed process was at is run again;
 * `stop` ends what runs and leaves it pending for the next start.
 */
export function startChecks(options: ChecksOptions): { stop(): Promise<void> } {
  const git = createGit({ env: options.env });
  const rules = createRules();
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const restUntil = new Map<string, number>();
  const heads = new Map<string, string>();
  const said = new Map<string, string>();

  async function look(): Promise<void> {
    for (const name of await repositoryNames(options.root)) {
      await existing(git, options.root, name)
        .then(lookAt)
        .catch((error: unknown) => complain(name, error));
    }
  }

  async function lookAt(repository: ForgeRepository): Promise<void> {
    for (const head of await readHeads(repository)) {
      await tellOfMove(head);
      for (const owed of await readOwed(head, rules)) begin(owed);
    }
  }

  async function tellOfMove({ repository, number, branch, sha }: Head): Promise<void> {
    const { name: repo } = repository;
    const key = `${repo} ${number}`;
    if (heads.get(key) === sha) return;
    heads.set(key, sha);
    const by = (await isOurCommit(repository, sha)) ? { by: OUR_ACTOR } : {};
    options.announce({ event: 'push', repo, branch, sha, ...by, at: options.now() });
  }

  function begin(owed: Owed): void {
    const key = `${owed.repository.name} ${owed.sha} ${owed.check.name}`;
    const resting = (restUntil.get(key) ?? 0) > performance.now();
    if (running.size >= AT_ONCE || running.has(key) || resting || stopping.signal.aborted) return;
    const run = runCheck(options, owed, stopping.signal)
      .catch((error: unknown) => {
        restUntil.set(key, performance.now() + AFTER_TROUBLE_MS);
        options.log(`The check ${owed.check.name} could not be run on ${owed.sha}: ${messageOf(error)}`);
      })
      .finally(() => running.delete(key));
    running.set(key, run);
  }

  async function lookUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look();
      await wait(options.intervalMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  function complain(repo: string, error: unknown): void {
    const message = messageOf(error);
    // Told once, not at every look.
    if (said.get(repo) !== message) options.log(message);
    said.set(repo, message);
  }

  const looking = lookUntilStopped();
  return {
    async stop() {
      stopping.abort();
      await looking;
      await Promise.all(running.values());
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
