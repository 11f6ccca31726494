import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import type { OpsDeps, Runner } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { createFileReader } from '../follow-file.ts';
import { cleanText } from '../format/clean.ts';
import { note, printJson } from '../output.ts';
import { jsonOption, keyArgument, parseCount } from './arguments.ts';

export type LogsOptions = {
  key: string;
  attempt?: number;
  follow?: true;
  json?: true;
  /** Distance between two looks while following, in milliseconds. */
  intervalMs?: number;
  /** Ends the following; without one only Ctrl-C does. */
  signal?: AbortSignal;
};

type Log = { attempt: string; path: string };

const INTERVAL_MS = 300;
const HELP = `
Examples:
  conveyor logs DEMO-1                   what its newest attempt printed
  conveyor logs DEMO-1 --attempt 2
  conveyor logs DEMO-1 --follow          goes on with the next attempt; ends with Ctrl-C

JSON: {attempts: [{attempt, number, path}]}, oldest first; attempt is <key>#<run>/<stage>/<number>/work.`;

export function logsCommand(run: Runner): Command {
  return new Command('logs')
    .description('what the agents of a task printed on this machine')
    .addArgument(keyArgument())
    .option('--attempt <number>', 'of this attempt; the newest by default', parseCount)
    .option('-f, --follow', 'print what comes until Ctrl-C')
    .addOption(jsonOption().conflicts('follow'))
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<LogsOptions, 'key'>) => run((deps) => runLogs({ ...options, key }, deps)));
}

export async function runLogs(options: LogsOptions, deps: OpsDeps): Promise<ExitCode> {
  const logs = await deps.logs(options.key);
  if (options.json) {
    printJson(deps.io, { attempts: logs.map((log) => ({ ...log, number: numberOf(log) })) });
    return EXIT.ok;
  }
  if (!options.follow) await print(choose(logs, options), deps);
  else await follow(options, deps);
  return EXIT.ok;
}

async function print(log: Log, deps: OpsDeps): Promise<void> {
  announce(log, deps);
  await createFileReader(log.path).readOn((text) => write(text, deps));
}

/** Stays with the asked attempt, or goes on to each newer one. */
async function follow(options: LogsOptions, deps: OpsDeps): Promise<void> {
  let followed: { log: Log; reader: ReturnType<typeof createFileReader> } | undefined;
  while (!options.signal?.aborted) {
    const logs = await deps.logs(options.key);
    // An attempt may still be on its way: following waits for it.
    const newest = logs.length === 0 ? undefined : choose(logs, options);
    await followed?.reader.readOn((text) => write(text, deps));
    if (newest !== undefined && newest.path !== followed?.log.path) {
      announce(newest, deps);
      followed = { log: newest, reader: createFileReader(newest.path) };
      continue;
    }
    await pause(options.intervalMs ?? INTERVAL_MS);
  }
}

function choose(logs: readonly Log[], { key, attempt }: LogsOptions): Log {
  const found = attempt === undefined ? logs.at(-1) : logs.findLast((log) => numberOf(log) === attempt);
  if (found) return found;
  const there = logs.map((log) => `  ${numberOf(log)}  ${log.attempt}`).join('\n');
  throw new OpsError({
    what:
      attempt === undefined ? `no agent of ${key} has run on this machine` : `${key} has no attempt ${attempt} here`,
    ...(there === '' ? {} : { why: `Attempts:\n${there}` }),
    run: `conveyor show ${key}`,
    exit: EXIT.failed,
  });
}

function numberOf({ attempt }: Log): number {
  return Number(attempt.split('/').at(-2));
}

function announce({ attempt, path }: Log, { io }: OpsDeps): void {
  note(io, `${attempt}  ${path}`);
}

function write(text: string, { io }: OpsDeps): void {
  io.stdout.write(io.isTTY ? cleanText(text) : text);
}
