import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSample } from '../../app/sample.ts';

it('says where the sample cannot be written and what to do', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'conveyor-sample-')), 'file');
  await writeFile(file, '');
  await expect(openSample(join(file, 'folder'))).rejects.toMatchObject({
    type: 'Sample.NotWritten',
    trouble: 'config',
    message: expect.stringContaining(`${join(file, 'folder', 'conveyor.yaml')} (ENOTDIR`),
  });
});
