import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { cachedBundle } from './bundle-cache.ts';
import type { BundleOptions, BundleSource } from './bundle-cache.ts';

const HERE = import.meta.url;

/** What `npm run build` leaves beside the compiled program, seen from the compiled program. */
const BUILT_BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', HERE));

/** Our workflows, ready for a worker: made by the build when this is the build, else bundled once per change. */
export async function workflowBundle(options: BundleOptions): Promise<WorkflowBundleOption> {
  return extname(HERE) === '.js' ? { codePath: BUILT_BUNDLE } : cachedBundle(workflowSource(), options);
}

/** Where our workflows are in the sources. */
export function workflowSource(): BundleSource {
  const path = (name: string): string => fileURLToPath(new URL(`../${name}`, HERE));
  return {
    entry: path('workflows/index.ts'),
    folders: [path('workflows'), path('domain')],
    interceptors: [path('workflows/read-ahead.ts')],
  };
}
