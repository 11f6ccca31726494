import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Env, Looked, Say } from './cli-step.ts';
import { absent, found, missing } from './cli-step.ts';
import { cliVersion, TEMPORAL_CLI_VERSION } from './cli-version.ts';

/** The file a person named. Another version is used as told, with a line that says so. */
export async function givenCli(env: Env, say: Say): Promise<Looked> {
  const path = env['TEMPORAL_CLI_PATH'];
  if (!path) return absent('not set');
  const version = await cliVersion(path);
  if (version === undefined) return missing(`${path} does not answer --version as a Temporal CLI does`);
  if (version !== TEMPORAL_CLI_VERSION) {
    say(`TEMPORAL_CLI_PATH: using version ${version} as told; Conveyor is tested with ${TEMPORAL_CLI_VERSION}`);
  }
  return found(path);
}

/** The first `temporal` on PATH that has our version; others are passed over. */
export async function cliOnPath(env: Env): Promise<Looked> {
  const others: string[] = [];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, 'temporal');
    if (!(await isExecutable(path))) continue;
    const version = await cliVersion(path);
    if (version === TEMPORAL_CLI_VERSION) return found(path);
    others.push(`${path} is ${version === undefined ? 'not a Temporal CLI' : `version ${version}`}`);
  }
  if (others.length === 0) return absent('no temporal there');
  return missing(`${others.join(', ')}, not ${TEMPORAL_CLI_VERSION}`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
