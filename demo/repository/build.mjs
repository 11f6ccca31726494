// Writes what is deployed to dist/. The same commit gives the same bytes: only file contents go in, no times or paths.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = import.meta.dirname;
const output = join(root, 'dist');

await rm(output, { recursive: true, force: true });
await mkdir(join(output, 'service'), { recursive: true });
for (const file of (await readdir(join(root, 'service'))).sort()) {
  await copyFile(join(root, 'service', file), join(output, 'service', file));
}

const { name, version, type } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
await writeFile(join(output, 'package.json'), `${JSON.stringify({ name, version, type }, undefined, 2)}\n`);
process.stdout.write(`built ${name} ${version} in dist/\n`);
