import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PortError } from '../activities/ports.ts';
import { createForgePeople } from '../adapters/local/forge/people.ts';
import { pathsIn } from './paths.ts';

/** The work item the sample project starts with. */
export type SampleCard = { title: string; body: string };

/** The shipped `demo` folder: beside the sources, or beside `dist` in the package. */
async function demoFolder(): Promise<string> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const demo = join(folder, 'demo');
    if (await exists(join(demo, 'conveyor.yaml'))) return demo;
  }
  throw new Error('The demo folder is missing from this installation; install the package again');
}

/** Writes the sample project's conveyor.yaml and its repository into the folder; what is there stays as it is. */
export async function openSample(folder: string): Promise<{ configPath: string; card: SampleCard }> {
  const demo = await demoFolder();
  const configPath = join(folder, 'conveyor.yaml');
  if (!(await exists(configPath))) {
    const text = await readFile(join(demo, 'conveyor.yaml'), 'utf8');
    await writeSample(configPath, text.replaceAll('{demo}', demo));
  }
  const people = createForgePeople({
    root: pathsIn(join(folder, '.conveyor')).forge,
    now: Date.now,
    announce: () => undefined,
  });
  await people.createRepository({ repo: 'greeter', from: join(demo, 'repository'), base: 'main' });
  return { configPath, card: readCard(await readFile(join(demo, 'card.md'), 'utf8')) };
}

async function writeSample(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = `The sample project cannot be written to ${resolve(path)} (${why}).`;
    throw new PortError('Sample.NotWritten', `${what} Start in a folder you can write to.`, 'config', { cause: error });
  }
}

function readCard(text: string): SampleCard {
  const [first = '', ...rest] = text.split('\n');
  return { title: first.replace(/^#\s*/, '').trim(), body: rest.join('\n').trim() };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
