import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A program that must never run. It behaves like a filter, a hook and a helper, and leaves a line when it did. */
export type Trap = { program: string; sprung: () => Promise<string[]> };

export async function setTrap(folder: string): Promise<Trap> {
  const [program, left] = [join(folder, 'trap.sh'), join(folder, 'sprung')];
  await writeFile(program, `#!/bin/sh\necho "$0 $*" >> '${left}'\nexec cat\n`);
  await chmod(program, 0o755);
  return {
    program,
    sprung: async () => {
      const text = await readFile(left, 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
  };
}
