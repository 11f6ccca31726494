import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChild } from '../../../adapters/local/children.ts';

it('a child may write more than fits into memory: its log file is the only place it goes to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-child-'));
  try {
    const script = join(folder, 'talkative.mjs');
    const logFile = join(folder, 'talkative.log');
    // Just over what execa would keep of it.
    await writeFile(
      script,
      `const line = 'x'.repeat(1_000_000);
       for (let n = 0; n < 101; n++) await new Promise((done) => process.stdout.write(line, done));
       process.disconnect();`,
    );
    const child = startChild({ name: 'talkative', script, env: {}, logFile });
    expect(await child.ended).toEqual('talkative ended with status 0');
    expect((await stat(logFile)).size).toEqual(101_000_000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
