import { execa } from 'execa';

/** The Temporal CLI Conveyor is tested with: server 1.32.0, Web UI 2.54.1. */
export const TEMPORAL_CLI_VERSION = '1.9.1';

const ANSWER_MS = 5_000;

/** What `<file> --version` says, e.g. `1.9.1`; undefined when the file cannot be run, hangs or is something else. */
export async function cliVersion(file: string): Promise<string | undefined> {
  const { stdout } = await execa(file, ['--version'], {
    reject: false,
    timeout: ANSWER_MS,
    killSignal: 'SIGKILL',
    stdin: 'ignore',
  });
  return /^temporal version (\S+)/m.exec(stdout ?? '')?.[1];
}
