import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { cachedBundle } from '../../worker/bundle-cache.ts';
import { workflowSource } from '../../worker/bundle.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = [
  'activities',
  'adapters',
  'api',
  'app',
  'domain',
  'ops',
  'worker',
  'workflows',
  'test/e2e/support',
  'test/soak',
  'test/support',
];
const DAY_MS = 24 * 60 * 60_000;

/**
 * The sources as plain JavaScript, as `npm run build` makes them, in a folder of the cache that is made once for each
 * content: a test that starts many programs pays for half of each start.
 */
export async function compiledSources(cacheRoot: string): Promise<string> {
  const sources = await readSources();
  const all = join(cacheRoot, 'compiled');
  const folder = join(all, hashOf(sources));
  if ((await stat(folder).catch(() => undefined)) !== undefined) return folder;
  const draft = join(all, randomUUID());
  for (const [path, text] of sources) await compile(join(draft, path), text);
  await cp(join(ROOT, 'package.json'), join(draft, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(draft, 'node_modules'));
  await writeFile(join(draft, 'workflow-bundle.js'), (await cachedBundle(workflowSource(), { cacheRoot })).code);
  // Whole or not at all; another test may have been faster.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
  await removeOld(all, folder);
  return folder;
}

async function readSources(): Promise<[path: string, text: string][]> {
  const found: [string, string][] = [];
  for (const folder of FOLDERS) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    for (const name of names.filter((file) => /\.(ts|mjs)$/.test(file)).sort()) {
      const path = join(folder, name);
      found.push([path, await readFile(join(ROOT, path), 'utf8')]);
    }
  }
  return found;
}

async function compile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (path.endsWith('.mjs')) return writeFile(path, text);
  const { outputText } = ts.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  await writeFile(path.replace(/\.ts$/, '.js'), outputText);
}

function hashOf(sources: readonly [string, string][]): string {
  // With the folder it was made in, whose packages it uses: another clone of the same content may be gone.
  const hash = createHash('sha256').update(`${ts.version}\0${ROOT}\0`);
  for (const [path, text] of sources) hash.update(`${path}\0${text}\0`);
  return hash.digest('hex').slice(0, 32);
}

/** What no run can be at any more. */
async function removeOld(all: string, own: string): Promise<void> {
  for (const name of await readdir(all)) {
    const folder = join(all, name);
    const age = Date.now() - ((await stat(folder).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (folder !== own && age > DAY_MS) await rm(folder, { recursive: true, force: true });
  }
}
