/** The second half of `npm run build`, after the compiler: what `dist` needs besides compiled files. */

import { chmod, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle-cache.ts';
import { workflowSource } from './bundle.ts';

const dist = (name: string): string => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

const { code } = await bundle(workflowSource());
await writeFile(dist('workflow-bundle.js'), code);
await chmod(dist('ops/main.js'), 0o755);
