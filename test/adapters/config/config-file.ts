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

/** A file with edits, and the problems that follow from them. */
export type Case = [why: string, edits: [from: string, to: string][], problems: string[]];

export const DURATION = 'expected a duration such as 500ms, 30s, 10m, 2h or 3d, more than 0 and at most 366d';

/** Replaces the first text by the second, which must be there. */
export function edited(text: string, edits: [from: string, to: string][]): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`"${from}" is not in the file`);
    return before.replace(from, to);
  }, text);
}
