import { fileURLToPath } from 'node:url';
import type { BundleSource } from '../../worker/bundle-cache.ts';

/** The small workflows that prove workers and server, without the product's. */
export function smokeSource(): BundleSource {
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  return {
    entry: path('./workflows/index.ts'),
    folders: [path('./workflows'), path('../../workflows')],
    interceptors: [path('../../workflows/read-ahead.ts')],
  };
}
