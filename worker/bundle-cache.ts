import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Logger, WorkflowBundle } from '@temporalio/worker';
import { bundleWorkflowCode } from '@temporalio/worker';
import writeFileAtomic from 'write-file-atomic';

export type BundleSource = {
  /** The file that exports the workflows and nothing else. */
  entry: string;
  /** Everything of ours the entry may import; a change in there makes a new bundle. */
  folders: readonly string[];
  /** Files that export `interceptors` for all of them. */
  interceptors?: readonly string[];
};

export type BundleOptions = {
  /** Bundles are kept here, by the hash of what they were made of. */
  cacheRoot: string;
};

const KEPT = 5;

/**
 * The source as one script for the workflow sandbox. Takes seconds once, then milliseconds until a file or the SDK
 * changes. Throws what the bundler throws, e.g. when a workflow imports a module that is not deterministic.
 */
export async function cachedBundle(source: BundleSource, options: BundleOptions): Promise<WorkflowBundle> {
  const folder = join(options.cacheRoot, 'workflow-bundles');
  const file = join(folder, `${await hashOf(source)}.js`);
  const kept = await readKept(file);
  if (kept !== undefined) return kept;
  const made = await bundle(source);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(file, made.code);
  await forgetOldest(folder);
  return made;
}

/** Bundles without looking at the cache, as the build does. Throws one error that holds all the bundler complained of. */
export async function bundle({ entry, interceptors = [] }: BundleSource): Promise<WorkflowBundle> {
  const complaints: string[] = [];
  try {
    return await bundleWorkflowCode({
      workflowsPath: entry,
      workflowInterceptorModules: [...interceptors],
      logger: complaintsOnly(complaints),
    });
  } catch (error) {
    // The bundler's own error only says that there were errors; what they were it has logged.
    throw new Error(`Cannot bundle the workflows of ${entry}: ${complaints.join('; ')}`, { cause: error });
  }
}

function complaintsOnly(complaints: string[]): Logger {
  const quiet = (): void => undefined;
  const write = (level: string, message: string): void => {
    if (level === 'ERROR') complaints.push(message);
  };
  const error = (message: string): void => write('ERROR', message);
  return { log: write, trace: quiet, debug: quiet, info: quiet, warn: quiet, error };
}

async function readKept(file: string): Promise<WorkflowBundle | undefined> {
  try {
    const code = await readFile(file, 'utf8');
    // Touched, so that a bundle in use is not the oldest.
    await utimes(file, new Date(), new Date());
    return { code };
  } catch {
    return undefined;
  }
}

async function hashOf({ entry, folders, interceptors = [] }: BundleSource): Promise<string> {
  const hash = createHash('sha256').update([sdkVersion(), entry, ...interceptors, ''].join('\0'));
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true });
    for (const name of names.filter((file) => file.endsWith('.ts')).sort()) {
      hash
        .update(`${name}\0`)
        .update(await readFile(join(folder, name)))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 32);
}

// A worker refuses a bundle made by another version of the SDK.
function sdkVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@temporalio/worker/package.json');
  return JSON.stringify(manifest);
}

async function forgetOldest(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.js')).map((name) => join(folder, name));
  const aged = await Promise.all(files.map(async (file) => ({ file, used: (await stat(file)).mtimeMs })));
  const old = aged.sort((a, b) => b.used - a.used).slice(KEPT);
  await Promise.all(old.map(({ file }) => rm(file, { force: true })));
}
