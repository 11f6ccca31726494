import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

/** One file with one import, and whether the table of folders allows it. */
type Case = [file: string, line: string, answer: 'allowed' | 'refused'];

const CASES: Case[] = [
  ['domain/a.ts', "import { b } from './b.ts';", 'allowed'],
  ['domain/schema.ts', "import { z } from 'zod';", 'allowed'],
  ['domain/rules.ts', "import { z } from 'zod';", 'refused'],
  ['domain/builtin.ts', "import { readFile } from 'node:fs/promises';", 'refused'],
  ['domain/sdk.ts', "import { log } from '@temporalio/workflow';", 'refused'],
  ['domain/package.ts', "import { execa } from 'execa';", 'refused'],
  ['domain/port.ts', "import type { b } from '../activities/ports.ts';", 'refused'],
  ['workflows/domain.ts', "import { b } from '../domain/b.ts';", 'allowed'],
  ['workflows/sdk.ts', "import { log } from '@temporalio/workflow';", 'allowed'],
  ['workflows/activity-types.ts', "import type { b } from '../activities/b.ts';", 'allowed'],
  ['workflows/activities-at-run-time.ts', "import { b } from '../activities/b.ts';", 'refused'],
  ['workflows/zod.ts', "import { z } from 'zod';", 'refused'],
  ['workflows/builtin.ts', "import { join } from 'node:path';", 'refused'],
  ['workflows/client.ts', "import { Client } from '@temporalio/client';", 'refused'],
  ['workflows/adapter.ts', "import type { b } from '../adapters/b.ts';", 'refused'],
  ['activities/port.ts', "import type { b } from './ports.ts';", 'allowed'],
  ['activities/sdk.ts', "import { log } from '@temporalio/activity';", 'allowed'],
  ['activities/adapter.ts', "import { b } from '../adapters/b.ts';", 'refused'],
  ['activities/child.ts', "import { spawn } from 'node:child_process';", 'refused'],
  ['adapters/port.ts', "import { b } from '../activities/ports.ts';", 'allowed'],
  ['adapters/child.ts', "import { execa } from 'execa';", 'allowed'],
  ['adapters/activity.ts', "import { b } from '../activities/b.ts';", 'refused'],
  ['adapters/temporal.ts', "import { Client } from '@temporalio/client';", 'refused'],
  ['app/everything.ts', "import { b } from '../adapters/b.ts';", 'allowed'],
  ['app/worker.ts', "import { b } from '../worker/b.ts';", 'refused'],
  ['app/child.ts', "import { execa } from 'execa';", 'refused'],
  ['worker/app.ts', "import { b } from '../app/b.ts';", 'allowed'],
  ['worker/adapter.ts', "import { b } from '../adapters/b.ts';", 'refused'],
  ['worker/api.ts', "import { b } from '../api/b.ts';", 'refused'],
  ['api/messages.ts', "import { b } from '../workflows/messages.ts';", 'allowed'],
  ['api/workflow.ts', "import { b } from '../workflows/b.ts';", 'refused'],
  ['api/ops.ts', "import { b } from '../ops/b.ts';", 'refused'],
  ['ops/worker.ts', "import { b } from '../worker/b.ts';", 'refused'],
  ['ops/tests.ts', "import { b } from '../test/b.ts';", 'refused'],
  ['ops/development.ts', "import { it } from 'vitest';", 'refused'],
];

const TARGETS = ['domain', 'workflows', 'activities', 'adapters', 'app', 'worker', 'api', 'ops', 'test'].map(
  (folder) => `${folder}/b.ts`,
);

const Report = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }),
});

let root: string;
let broken: Map<string, string>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'import-rules-'));
  for (const path of [...TARGETS, 'activities/ports.ts', 'workflows/messages.ts']) await write(path, '');
  await write('domain/there.ts', "import { b } from './back.ts';");
  await write('domain/back.ts', "import { b } from './there.ts';");
  await write('domain/type-there.ts', "import type { b } from './type-back.ts';");
  await write('domain/type-back.ts', "import type { b } from './type-there.ts';");
  for (const [path, line] of CASES) await write(path, line);
  for (const name of ['package.json', 'tsconfig.json', 'node_modules', '.dependency-cruiser.cjs']) {
    await symlink(resolve(name), join(root, name));
  }
  const { stdout } = await execa(
    resolve('node_modules/.bin/depcruise'),
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', '.'],
    { cwd: root, reject: false },
  );
  const { violations } = Report.parse(JSON.parse(stdout)).summary;
  broken = new Map(violations.map(({ from, rule }) => [from, rule.name]));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('the import rules', () => {
  it.each(CASES)('%s: %s is %s', (file, _line, answer) => {
    expect(broken.has(file) ? 'refused' : 'allowed', broken.get(file)).toBe(answer);
  });

  it('refuse a cycle at run time, and let types refer to each other', () => {
    const cycles = [...broken].filter(([, rule]) => rule === 'no cycles').map(([file]) => file);
    expect(cycles).toHaveLength(1);
    expect(['domain/there.ts', 'domain/back.ts']).toContain(cycles[0]);
  });
});

async function write(path: string, line: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  const use = /import (?:type )?\{ (\w+) \}/.exec(line)?.[1];
  const body = line.startsWith('import type') ? `export type C = ${use};` : use ? `export const c = ${use};` : '';
  await writeFile(join(root, path), `${line}\n${body}\nexport const b = 1;\n`);
}
