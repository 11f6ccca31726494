import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../adapters/config/load-config.ts';
import type { ConfigRead } from '../../../adapters/config/load-config.ts';
import { formatProblem } from '../../../adapters/config/problem.ts';

/** One project on the default pipeline: the least a file can say. */
export const LEAST = `projects:
  ORCH:
    repo: orchard
    build: { image: orchard, command: [make], output: dist }
    environments:
      staging: { start: [node, server.js] }
      production: { start: [node, server.js] }
agents:
  analyst: { command: [agent] }
  architect: { command: [agent] }
  developer: { command: [agent] }
  reviewer: { command: [agent] }
  tester: { command: [agent] }
`;

export function load(text: string, env: Record<string, string> = {}): ConfigRead {
  return loadConfig({ path: fileWith(text), env });
}

export function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'conveyor-config-')), 'conveyor.yaml');
  writeFileSync(path, text);
  return path;
}

/** `line:column message` of every problem; none when it loads. */
export function problemsOf(read: ConfigRead): string[] {
  if (read.kind === 'loaded') return [];
  return read.problems.map((problem) => formatProblem(problem).replace(/^.*conveyor\.yaml:/, ''));
}
