import { join } from 'node:path';
import { PortError } from '../../../activities/ports.ts';
import { folderName } from '../folder-name.ts';

/** Where the store keeps what belongs to one image. */
export type Layout = {
  /** The image's own folder. */
  folder: string;
  /** `{manifest.json, files/}` of one digest. */
  blob: (digest: string) => string;
  /** What was built from this revision. */
  record: (revision: string) => string;
  tag: (tag: string) => string;
  /** Where a build of this revision happens; a leftover of a killed one is worthless. */
  work: (revision: string) => string;
  /** The whole output of one build run. */
  log: (buildRun: string) => string;
};

export function layoutOf(root: string, image: string): Layout {
  const folder = join(root, folderName(image));
  return {
    folder,
    blob: (digest) => join(folder, 'blobs', 'sha256', hexOf(digest)),
    record: (revision) => join(folder, 'builds', `${folderName(revision)}.json`),
    tag: (tag) => join(folder, 'tags', folderName(tag)),
    work: (revision) => join(folder, 'work', folderName(revision)),
    log: (buildRun) => join(folder, 'runs', `${folderName(buildRun)}.log`),
  };
}

/** The folder with the files of an artifact. Throws `Artifacts.BadDigest` unless the digest is `sha256:<64 hex>`. */
export function artifactFolder(root: string, image: string, digest: string): string {
  return layoutOf(root, image).blob(digest);
}

function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex !== undefined) return hex;
  throw new PortError('Artifacts.BadDigest', `"${digest}" is no digest: expected sha256: and 64 hex digits`, 'config');
}
