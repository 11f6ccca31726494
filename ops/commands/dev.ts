import { Command } from 'commander';
import { parsePort } from './arguments.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { configError } from '../errors.ts';
import { note } from '../output.ts';

export type DevOptions = { sample?: true; temporalPort: number; uiPort: number };

const HELP = `
Examples:
  conveyor dev             the projects of ./conveyor.yaml
  conveyor dev --sample    writes a sample project here first, when there is no conveyor.yaml
Ctrl-C stops everything in order; the next start goes on where it stopped.`;

export function devCommand(run: Runner): Command {
  return new Command('dev')
    .description('run everything on this machine: Temporal, worker and API')
    .option('--sample', 'start with a sample project: repository, scripted agents, board')
    .option('--temporal-port <port>', 'of the embedded Temporal', parsePort, 7233)
    .option('--ui-port <port>', 'of the Temporal Web UI', parsePort, 8233)
    .addHelpText('after', HELP)
    .action((options: DevOptions) => run((deps) => runDev(options, deps)));
}

export async function runDev(options: DevOptions, deps: OpsDeps): Promise<ExitCode> {
  // Loaded here: no other command should pay for it.
  const { startStack } = await import('../../app/stack.ts');
  const { hostEnvironment, stopSignal } = await import('../../app/program.ts');
  if (options.sample) await (await import('../../app/sample.ts')).openSample('.');
  const read = deps.loadConfig();
  if (read.kind === 'invalid') throw configError(read.problems);
  const stop = stopSignal();
  const stack = await startStack({
    ...read,
    host: hostEnvironment(),
    storage: 'full',
    ports: { temporal: options.temporalPort, ui: options.uiPort },
    say: (line) => note(deps.io, line),
  });
  note(deps.io, `Ready. Worker and API write their logs to ${read.config.data}/logs.`);
  note(deps.io, 'In another terminal: conveyor board add "What you want" --start, then conveyor list');
  const stopped = new Promise<undefined>((resolve) => stop.addEventListener('abort', () => resolve(undefined)));
  const broken = stop.aborted ? undefined : await Promise.race([stopped, stack.broken]);
  note(deps.io, broken === undefined ? 'Stopping…' : `Stopping, because ${broken}`);
  await stack.stop();
  return broken === undefined ? EXIT.ok : EXIT.failed;
}
