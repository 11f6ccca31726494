/** Works on shared files until it is done or killed: `count <file> <callers> <times>`, `rewrite <file>`, `hold <file>`. */
import { z } from 'zod';
import { readJson, writeJson } from '../../../../adapters/local/store/json-file.ts';
import { withLock } from '../../../../adapters/local/store/lock.ts';

const [, , what, path = '', callers = '1', times = '1'] = process.argv;

async function increment(): Promise<void> {
  const count = (await readJson(path, z.int())) ?? 0;
  await writeJson(path, count + 1);
}

async function count(): Promise<void> {
  for (let n = 0; n < Number(times); n += 1) await withLock(path, increment);
}

async function rewrite(): Promise<never> {
  for (let n = 0; ; n += 1) {
    await writeJson(path, { n, filler: String(n % 10).repeat(1_000_000) });
    if (n === 0) process.stdout.write('started\n');
  }
}

async function hold(): Promise<void> {
  await withLock(path, async () => {
    process.stdout.write('started\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
}

switch (what) {
  case 'count':
    await Promise.all(Array.from({ length: Number(callers) }, count));
    break;
  case 'rewrite':
    await rewrite();
    break;
  case 'hold':
    await hold();
    break;
  default:
    throw new Error(`unknown work ${what}`);
}
