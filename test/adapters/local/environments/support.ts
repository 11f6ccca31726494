import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environments, Running } from '../../../../activities/ports.ts';
import { artifactFolder } from '../../../../adapters/local/artifacts/layout.ts';
import { digestOf, manifestText, readManifest } from '../../../../adapters/local/artifacts/manifest.ts';
import { writeBlob } from '../../../../adapters/local/artifacts/tree.ts';
import type { LocalEnvironments } from '../../../../adapters/local/environments/local-environments.ts';
import { createLocalEnvironments } from '../../../../adapters/local/environments/local-environments.ts';
import type { LocalEnvironmentsOptions } from '../../../../adapters/local/environments/options.ts';
import { findMarked } from '../../../../adapters/local/processes/marked.ts';
import type { Artifact } from '../../../../domain/subject.ts';

export const STAGING = 'demo/staging';
export const PRODUCTION = 'demo/production';

/** A real small service; every start adds its pid to the file `starts`, which lies beside the environments. */
export const SERVICE = `
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
const { PORT, HOST, VERSION, REVISION, IMAGE_DIGEST, DEPLOY_ID, STARTS } = process.env;
appendFileSync(STARTS, DEPLOY_ID + ' ' + process.pid + '\\n');
console.log('serving ' + DEPLOY_ID);
const server = createServer((request, response) => {
  if (request.url === '/version') {
    response.end(JSON.stringify({ version: VERSION, revision: REVISION, digest: IMAGE_DIGEST, deployId: DEPLOY_ID }));
  } else if (request.url === '/healthz') {
    response.end('ok');
  } else if (request.url === '/env') {
    response.end(JSON.stringify(process.env));
  } else if (request.url !== '/hang') {
    response.statusCode = 404;
    response.end('nothing here');
  }
});
server.listen(Number(PORT), HOST);
`;

export type Lab = {
  root: string;
  environments: LocalEnvironments;
  /** The same environments as another program, or a later one, would see them. */
  again: (options?: Partial<LocalEnvironmentsOptions>) => LocalEnvironments;
  /** `<deploy id> <pid>` of every start so far. */
  starts: () => Promise<string[]>;
  lastPid: () => Promise<number>;
  /** What an environment answers; staging when none is named. */
  running: (environment?: string) => Promise<Running | undefined>;
  /** How many processes staging has. */
  live: () => Promise<number>;
};

export async function createLab(root: string, defaults: Partial<LocalEnvironmentsOptions> = {}): Promise<Lab> {
  const definition = { project: 'demo', start: [process.execPath, 'server.mjs'], port: 0, readyMs: 10_000 };
  const again = (options: Partial<LocalEnvironmentsOptions> = {}): LocalEnvironments =>
    createLocalEnvironments({
      root: join(root, 'environments'),
      artifact: (image, digest) => artifactFolder(join(root, 'artifacts'), image, digest),
      environments: {
        [STAGING]: { ...definition, part: 'staging' },
        [PRODUCTION]: { ...definition, part: 'production' },
      },
      env: { PATH: process.env['PATH'] ?? '', STARTS: join(root, 'starts') },
      readFile: async () => undefined,
      checkout: async () => undefined,
      now: () => 1_700_000_000_000,
      graceMs: 2_000,
      ...defaults,
      ...options,
    });
  async function starts(): Promise<string[]> {
    return (await readFile(join(root, 'starts'), 'utf8')).split('\n').filter((line) => line !== '');
  }
  await writeFile(join(root, 'starts'), '', { flag: 'a' });
  return {
    root,
    environments: again(),
    again,
    starts,
    lastPid: async () => Number((await starts()).at(-1)?.split(' ')[1]),
    running: (environment = STAGING) => again().running('demo', environment),
    live: async () => (await findMarked(`environment:${join(root, 'environments')}:${STAGING}`)).length,
  };
}

/** Puts an artifact with these files into the store of the lab. */
export async function storeArtifact(root: string, files: Record<string, string>, revision: string): Promise<Artifact> {
  const source = await mkdtemp(join(root, 'source-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), content);
  }
  const manifest = await readManifest(source, revision);
  const digest = digestOf(manifestText(manifest));
  await writeBlob(source, manifest, artifactFolder(join(root, 'artifacts'), 'demo/service', digest));
  return { image: 'demo/service', digest, revision, buildRun: 'build-1' };
}

type Deploy = Parameters<Environments['deploy']>[0];

export function deployOf(artifact: Artifact, deployId: string, lease = 1, environment = STAGING): Deploy {
  return { release: { environment, digest: artifact.digest, deployId }, artifact, lease };
}
