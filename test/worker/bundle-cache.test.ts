import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleSource } from '../../worker/bundle-cache.ts';
import { cachedBundle } from '../../worker/bundle-cache.ts';
import { workflowBundle } from '../../worker/bundle.ts';

let root: string;
let source: BundleSource;

// Inside the project, because the bundler looks for the SDK from the workflows' own folder upwards.
const PROJECT = fileURLToPath(new URL('../../node_modules/.vitest/', import.meta.url));

beforeEach(async () => {
  await mkdir(PROJECT, { recursive: true });
  root = await mkdtemp(join(PROJECT, 'bundle-'));
  const workflows = join(root, 'workflows');
  await mkdir(workflows);
  source = { entry: join(workflows, 'index.ts'), folders: [workflows] };
  await writeFile(source.entry, "export { name } from './name.ts';\n");
  await writeFile(join(workflows, 'name.ts'), "export async function name() { return 'first'; }\n");
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('cachedBundle', () => {
  it('gives the kept bundle until a file changes', async () => {
    const first = await cachedBundle(source, { cacheRoot: root });
    expect(first.code).toContain("'first'");
    await keepInstead('kept');
    expect(await cachedBundle(source, { cacheRoot: root })).toEqual({ code: 'kept' });

    await writeFile(join(root, 'workflows/name.ts'), "export async function name() { return 'second'; }\n");
    expect((await cachedBundle(source, { cacheRoot: root })).code).toContain("'second'");
    expect(await kept()).toHaveLength(2);
  });

  it('says which module does not belong into a workflow', async () => {
    await writeFile(join(root, 'workflows/name.ts'), "export { readFileSync as name } from 'node:fs';\n");
    await expect(cachedBundle(source, { cacheRoot: root })).rejects.toThrow(/fs/);
    expect(await readdir(root)).toEqual(['workflows']);
  });
});

describe('workflowBundle', () => {
  it('holds the workflows of the product', async () => {
    const cacheRoot = await mkdtemp(join(tmpdir(), 'bundles-'));
    const made = await workflowBundle({ cacheRoot });
    expect('code' in made && made.code).toContain('deliverTask');
    await rm(cacheRoot, { recursive: true, force: true });
  });
});

async function kept(): Promise<string[]> {
  return readdir(join(root, 'workflow-bundles'));
}

async function keepInstead(code: string): Promise<void> {
  for (const name of await kept()) await writeFile(join(root, 'workflow-bundles', name), code);
}
