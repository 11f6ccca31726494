import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A real git repository a test commits to. Values that start with `#!` are committed executable. */
export type SampleRepo = {
  path: string;
  /** Writes the files, commits everything and returns the commit's full SHA. */
  commit: (files: Record<string, string>) => Promise<string>;
};

const IDENTITY = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];

export async function createSampleRepo(path: string): Promise<SampleRepo> {
  await mkdir(path, { recursive: true });
  await execa('git', ['init', '-q', '-b', 'main', path]);
  return {
    path,
    async commit(files) {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
        if (content.startsWith('#!')) await chmod(file, 0o755);
      }
      await execa('git', ['add', '-A'], { cwd: path });
      await execa('git', [...IDENTITY, 'commit', '-q', '--allow-empty', '-m', 'A change'], { cwd: path });
      return (await execa('git', ['rev-parse', 'HEAD'], { cwd: path })).stdout;
    },
  };
}

/** A clean checkout of exactly that commit of the repository at path `repo`, by git itself. */
export async function gitCheckout(repo: string, revision: string, intoDir: string): Promise<void> {
  await execa('git', ['clone', '-q', '--no-checkout', repo, intoDir]);
  await execa('git', ['checkout', '-q', '--detach', revision], { cwd: intoDir });
}
