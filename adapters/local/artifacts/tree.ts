import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PortError } from '../../../activities/ports.ts';
import { isErrno, readText, writeText } from '../store/text-file.ts';
import { digestOf, Manifest, manifestText, readManifest } from './manifest.ts';

const MANIFEST = 'manifest.json';
const FILES = 'files';

/** Writes what the manifest lists, and nothing else, from `source` into the new folder `blob`. */
export async function writeBlob(source: string, manifest: Manifest, blob: string): Promise<void> {
  await copyFiles(source, manifest, join(blob, FILES));
  await writeText(join(blob, MANIFEST), manifestText(manifest));
}

/**
 * Reads a stored manifest; undefined when there is no such blob. Throws `Artifacts.Corrupt` when it is not what the
 * digest says: that is a broken store, and an answer of "not there" would send an innocent task back.
 */
export async function readBlob(blob: string, digest: string): Promise<Manifest | undefined> {
  const text = await readText(join(blob, MANIFEST));
  if (text === undefined) return undefined;
  if (digestOf(text) !== digest) throw corrupt(blob, `its ${MANIFEST} does not have the digest ${digest}`);
  return Manifest.parse(JSON.parse(text));
}

/** Whether manifest and every file are exactly what the digest says. */
export async function isWhole(blob: string, digest: string): Promise<boolean> {
  try {
    const manifest = await readBlob(blob, digest);
    if (!manifest) return false;
    return manifestText(await readManifest(join(blob, FILES), manifest.revision)) === manifestText(manifest);
  } catch {
    return false;
  }
}

/**
 * Copies an artifact's files into the new folder `into` and proves on the copy that they have the digest.
 * Returns its manifest. Throws `Artifacts.NotFound`, `Artifacts.Corrupt` or `Artifacts.NotCopied`.
 */
export async function copyArtifact(blob: string, digest: string, into: string): Promise<Manifest> {
  const manifest = await readBlob(blob, digest);
  if (!manifest) throw new PortError('Artifacts.NotFound', `There is no artifact ${digest} in ${blob}`, 'config');
  const copied = await copyAndRead(join(blob, FILES), manifest, into).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    if (isErrno(error, 'ENOENT')) throw corrupt(blob, why, error);
    throw new PortError('Artifacts.NotCopied', `Cannot copy ${blob} to ${into}: ${why}`, 'transient', { cause: error });
  });
  if (manifestText(copied) !== manifestText(manifest)) throw corrupt(blob, 'its files differ from its manifest');
  return manifest;
}

async function copyAndRead(from: string, manifest: Manifest, into: string): Promise<Manifest> {
  await copyFiles(from, manifest, into);
  return readManifest(into, manifest.revision);
}

async function copyFiles(from: string, manifest: Manifest, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const entry of manifest.files) {
    const target = join(into, entry.path);
    await mkdir(dirname(target), { recursive: true });
    if (entry.kind === 'link') {
      await symlink(entry.target, target);
    } else {
      await copyFile(join(from, entry.path), target);
      await chmod(target, entry.executable ? 0o755 : 0o644);
    }
  }
}

function corrupt(blob: string, why: string, cause?: unknown): PortError {
  const message = `The artifact in ${blob} is damaged: ${why}. Remove the folder: it is built again when it is needed.`;
  return new PortError('Artifacts.Corrupt', message, 'config', { cause });
}
