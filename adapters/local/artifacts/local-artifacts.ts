import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Artifacts, BuildResult } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import type { Artifact } from '../../../domain/subject.ts';
import { readJson, writeJson } from '../store/json-file.ts';
import { withLock } from '../store/lock.ts';
import { readText, writeText } from '../store/text-file.ts';
import type { BuildRecipe, Checkout } from './build.ts';
import { buildIn } from './build.ts';
import type { Layout } from './layout.ts';
import { layoutOf } from './layout.ts';
import { digestOf, manifestText } from './manifest.ts';
import { isWhole, readBlob, writeBlob } from './tree.ts';

export type LocalArtifactsOptions = {
  /** The store's folder. */
  root: string;
  checkout: Checkout;
  /** Throws for a repository it does not know. */
  buildOf: (repo: string) => BuildRecipe;
  /** The only variables of ours a build sees, e.g. `PATH` and `HOME`; `REVISION` is added. */
  env: Readonly<Record<string, string>>;
};

const BuildRecord = z.object({ image: z.string(), digest: z.string(), revision: z.string(), buildRun: z.string() });

// How much longer than the build's own limit somebody who wants the same artifact waits for the one who builds it.
const LOCK_SLACK_MS = 60_000;

/**
 * Artifacts as folders: `<root>/<image>/blobs/sha256/<hex>/{manifest.json, files/}`. The digest is the sha256 of the
 * manifest, which lists every file's hash and the revision; who built it, and when, is not part of it.
 * `find` throws `Artifacts.Corrupt` for a manifest that is not what its digest says; `build` replaces such a blob.
 */
export function createLocalArtifacts(options: LocalArtifactsOptions): Artifacts {
  return {
    async build({ repo, revision }) {
      const recipe = options.buildOf(repo);
      const layout = layoutOf(options.root, recipe.image);
      const found = await builtBefore(layout, revision);
      if (found) return { kind: 'built', artifact: found };
      return withLock(
        layout.work(revision),
        async () => {
          const built = await builtBefore(layout, revision);
          return built ? { kind: 'built', artifact: built } : buildNow(options, layout, recipe, { repo, revision });
        },
        { waitMs: recipe.timeoutMs + LOCK_SLACK_MS },
      );
    },

    async find(image, digest) {
      const manifest = await readBlob(layoutOf(options.root, image).blob(digest), digest);
      return manifest && { digest, revision: manifest.revision };
    },

    async promote({ image, digest, tag }) {
      const layout = layoutOf(options.root, image);
      const path = layout.tag(tag);
      return withLock(path, async () => {
        const present = (await readText(path))?.trim();
        if (present !== undefined) return present === digest ? 'promoted' : 'taken';
        if (!(await readBlob(layout.blob(digest), digest))) throw notFound(image, digest);
        await writeText(path, `${digest}\n`);
        return 'promoted';
      });
    },
  };
}

/** The recorded artifact of this revision, unless what it names is damaged or gone. */
async function builtBefore(layout: Layout, revision: string): Promise<Artifact | undefined> {
  const record = await readJson(layout.record(revision), BuildRecord);
  if (!record || !(await isWhole(layout.blob(record.digest), record.digest))) return undefined;
  return record;
}

async function buildNow(
  options: LocalArtifactsOptions,
  layout: Layout,
  recipe: BuildRecipe,
  { repo, revision }: { repo: string; revision: string },
): Promise<BuildResult> {
  const { checkout, env } = options;
  const work = layout.work(revision);
  const buildRun = `${revision.slice(0, 12)}-${randomUUID().slice(0, 8)}`;
  try {
    const built = await buildIn(work, recipe, { repo, revision, checkout, env, logFile: layout.log(buildRun) });
    if (built.kind === 'failed') return built;
    const digest = digestOf(manifestText(built.manifest));
    await keep(layout.blob(digest), digest, (blob) => writeBlob(built.output, built.manifest, blob));
    const artifact = { image: recipe.image, digest, revision, buildRun };
    await writeJson(layout.record(revision), artifact);
    return { kind: 'built', artifact };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Makes the blob whole elsewhere and moves it to its place, so that nobody ever finds a part of one. */
async function keep(blob: string, digest: string, write: (folder: string) => Promise<void>): Promise<void> {
  if (await isWhole(blob, digest)) return;
  const fresh = `${blob}.new`;
  await rm(fresh, { recursive: true, force: true });
  await write(fresh);
  await rm(blob, { recursive: true, force: true });
  await rename(fresh, blob);
}

function notFound(image: string, digest: string): PortError {
  return new PortError('Artifacts.NotFound', `Cannot tag ${image}@${digest}: the store does not have it`, 'config');
}
