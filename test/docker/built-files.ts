import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../docs/documents.ts';

const Package = z.object({
  version: z.string(),
  bin: z.record(z.string(), z.string()),
  engines: z.object({ node: z.string() }),
  scripts: z.record(z.string(), z.string()),
});
const Build = z.object({ include: z.array(z.string()), exclude: z.array(z.string()) });
const Compiler = z.object({ compilerOptions: z.object({ outDir: z.string(), rootDir: z.literal('.') }) });

export const PACKAGE = Package.parse(json('package.json'));
/** What `npm run build` compiles, and what it leaves out. */
export const BUILD = Build.parse(json('tsconfig.build.json'));

/** Whether `npm run build` makes this file, e.g. `dist/worker/main.js`, from a source that is there. */
export function isBuilt(path: string): boolean {
  const { outDir } = Compiler.parse(json('tsconfig.json')).compilerOptions;
  const source = path.replace(/\.js$/, '.ts').slice(outDir.length + 1);
  const compiled = BUILD.include.some((folder) => source.startsWith(`${folder}/`)) && !BUILD.exclude.includes(source);
  return path.startsWith(`${outDir}/`) && path.endsWith('.js') && compiled && existsSync(join(ROOT, source));
}

function json(path: string): unknown {
  // As YAML: it reads JSON as well.
  return parse(readFileSync(join(ROOT, path), 'utf8'));
}
