import { mkdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { run } from '../processes/run.ts';
import type { RunResult } from '../processes/run.ts';
import type { Manifest } from './manifest.ts';
import { readManifest } from './manifest.ts';

/** How a repository becomes an artifact. */
export type BuildRecipe = {
  /** The artifact's name, e.g. `demo/service`. */
  image: string;
  /** Program and arguments, run in the root of a clean checkout; never a shell. */
  command: string[];
  /** The folder the command leaves behind, relative to the checkout. */
  output: string;
  timeoutMs: number;
};

/** Puts a clean checkout of exactly `revision` into the folder, which is new and empty. Throws for trouble. */
export type Checkout = (repo: string, revision: string, intoDir: string) => Promise<void>;

export type Built = { kind: 'built'; output: string; manifest: Manifest } | { kind: 'failed'; output: string };

/** Checks the revision out into `work` and builds it there. A `failed` build is a judgement of the code at `revision`. */
export async function buildIn(
  work: string,
  recipe: BuildRecipe,
  build: { repo: string; revision: string; checkout: Checkout; env: Readonly<Record<string, string>>; logFile: string },
): Promise<Built> {
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await build.checkout(build.repo, build.revision, work);
  const result = await run({
    command: recipe.command,
    cwd: work,
    env: { ...build.env, REVISION: build.revision },
    logFile: build.logFile,
    marker: `build:${work}`,
    timeoutMs: recipe.timeoutMs,
  });
  if (result.kind === 'exited' && result.code === 0) return readOutput(work, recipe.output, build.revision);
  return { kind: 'failed', output: `${explain(recipe, result)}\n${result.output}`.trim() };
}

async function readOutput(work: string, name: string, revision: string): Promise<Built> {
  const output = join(work, name);
  const failed = (why: string): Built => ({ kind: 'failed', output: `The build ended with 0, but ${why}` });
  if (relative(work, output).startsWith('..')) return failed(`its output "${name}" is outside of the checkout`);
  const found = await stat(output).catch(() => undefined);
  if (!found?.isDirectory()) return failed(`left no folder "${name}"`);
  try {
    const manifest = await readManifest(output, revision);
    return manifest.files.length === 0 ? failed(`left no file in "${name}"`) : { kind: 'built', output, manifest };
  } catch (error) {
    return failed(`"${name}" cannot be kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function explain(recipe: BuildRecipe, result: RunResult): string {
  const command = `The build "${recipe.command.join(' ')}"`;
  switch (result.kind) {
    case 'exited':
      return `${command} ended with ${result.code}`;
    case 'signalled':
      return `${command} was ended by ${result.signal}`;
    case 'timed-out':
      return `${command} was stopped after its limit of ${result.afterMs} ms`;
    case 'not-started':
      return `${command} did not start`;
  }
}
