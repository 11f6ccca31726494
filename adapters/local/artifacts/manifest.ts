import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';

const Entry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string(), executable: z.boolean(), sha256: z.string() }),
  z.object({ kind: z.literal('link'), path: z.string(), target: z.string() }),
]);
export type Entry = z.infer<typeof Entry>;

/** What an artifact is: its files, and the commit they were built from. */
export const Manifest = z.object({ v: z.literal(1), revision: z.string(), files: z.array(Entry) });
export type Manifest = z.infer<typeof Manifest>;

/**
 * Reads a folder as a manifest: files (content and executable bit) and links, sorted by path. Times, owners, empty
 * folders and a `.git` at the top do not count, so that the same bytes of the same revision are the same artifact.
 * Throws a plain Error that names the path for what cannot be stored: a link that leaves the folder, a socket.
 */
export async function readManifest(folder: string, revision: string): Promise<Manifest> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== '.git' && !path.startsWith('.git/'))
    // By code unit: the order must not depend on the machine's locale.
    .sort((a, b) => (a < b ? -1 : 1));
  const files: Entry[] = [];
  for (const path of paths) files.push(await readEntry(folder, path));
  return { v: 1, revision, files };
}

/** The one spelling of a manifest; its sha256 is the artifact's digest. */
export function manifestText(manifest: Manifest): string {
  return JSON.stringify(Manifest.parse(manifest));
}

/** `sha256:<hex>` of these bytes. */
export function digestOf(bytes: string | Buffer): string {
  return `sha256:${sha256(bytes)}`;
}

async function readEntry(folder: string, path: string): Promise<Entry> {
  const full = join(folder, path);
  const target = await readlink(full).catch(() => undefined);
  if (target !== undefined) return { kind: 'link', path, target: insideOnly(path, target) };
  const found = await stat(full);
  if (!found.isFile()) throw new Error(`${path} is neither a file nor a link`);
  return { kind: 'file', path, executable: (found.mode & 0o100) !== 0, sha256: sha256(await readFile(full)) };
}

// A link out of the artifact would make it run bytes that its digest does not cover.
function insideOnly(path: string, target: string): string {
  const reached = join(path, '..', target).split(sep);
  if (target.startsWith('/') || reached[0] === '..') throw new Error(`${path} links to ${target}, outside the output`);
  return target;
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
