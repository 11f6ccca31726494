import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import type { OpsDeps, Runner } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { cleanLine } from '../format/clean.ts';
import { shortHashes } from '../format/short-hashes.ts';
import type { ShownStatus } from '../format/status.ts';
import { STATUSES, VERDICTS } from '../format/status.ts';
import { paint } from '../format/style.ts';
import { note, printLines } from '../output.ts';
import type { Change } from '../tasks/changes.ts';
import { createListWatcher, createWatcher, recordStanding } from '../tasks/changes.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { openTasks } from '../tasks/tasks.ts';
import { jsonOption, keyArgument } from './arguments.ts';

export type WatchOptions = {
  key?: string;
  json?: true;
  /** Distance between two looks, in milliseconds. */
  intervalMs?: number;
  /** Ends the watch; without one only Ctrl-C, or the task's end, does. */
  signal?: AbortSignal;
};

const INTERVAL_MS = 500;
const MARK_WIDTH = '? inconclusive'.length;
const HELP = `
Examples:
  conveyor watch DEMO-1     until it is done (exit 0) or aborted (exit 1)
  conveyor watch            every task, until Ctrl-C

Fields, and JSON lines: {at, key, stage, word, sentence}; JSON also says kind: status or verdict.`;

export function watchCommand(run: Runner): Command {
  return new Command('watch')
    .description('a plain sentence for everything that happens')
    .addArgument(keyArgument().argOptional())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string | undefined, options: Pick<WatchOptions, 'json'>) =>
      run((deps) => runWatch({ ...options, ...(key === undefined ? {} : { key }) }, deps)),
    );
}

export async function runWatch(options: WatchOptions, deps: OpsDeps): Promise<ExitCode> {
  const tasks = await openTasks(deps);
  const look = options.key === undefined ? watchAll(tasks, deps) : watchOne(tasks, options.key, deps);
  const first = await look();
  return keepLooking(first, look, options, deps);
}

type Seen = { changes: Change[]; end?: ExitCode };
type Look = () => Promise<Seen>;

/** A server that goes away while it is watched is told once and waited for; one that was never there is an error. */
async function keepLooking(first: Seen, look: Look, options: WatchOptions, deps: OpsDeps): Promise<ExitCode> {
  let seen: Seen | undefined = first;
  let away = '';
  while (!options.signal?.aborted) {
    for (const change of seen?.changes ?? []) print(change, options, deps);
    if (seen?.end !== undefined) return seen.end;
    await pause(options.intervalMs ?? INTERVAL_MS);
    seen = await look().catch((error: unknown) => {
      if (!(error instanceof OpsError) || error.told.exit !== EXIT.refused) throw error;
      if (away !== error.message) note(deps.io, `${error.message} Looking again until it does.`);
      away = error.message;
      return undefined;
    });
    if (seen) away = '';
  }
  return EXIT.ok;
}

function watchOne(tasks: Tasks, key: string, deps: OpsDeps): Look {
  const watcher = createWatcher();
  let told = '';
  return async () => {
    const read = await tasks.explain(key);
    const why = read.kind === 'recorded' ? read.why : '';
    if (why !== '' && why !== told) note(deps.io, why);
    told = why;
    const changes = watcher(read, deps.now());
    const end = endOf(read.kind === 'recorded' ? read.task.status : read.view.status);
    return { changes, ...(end === undefined ? {} : { end }) };
  };
}

function watchAll(tasks: Tasks, deps: OpsDeps): Look {
  const watcher = createListWatcher();
  return async () => {
    const { changes, gone } = watcher(await tasks.list({}), deps.now());
    const ended = await Promise.all(gone.map((key) => tasks.record(key)));
    return { changes: [...changes, ...ended.map((task) => recordStanding(task, deps.now()))] };
  };
}

function endOf(status: ShownStatus): ExitCode | undefined {
  if (status === 'done') return EXIT.ok;
  return status === 'aborted' || status === 'broken' ? EXIT.failed : undefined;
}

function print(change: Change, { json, key: only }: WatchOptions, { io }: OpsDeps): void {
  const { key, stage, kind, word } = change;
  const at = new Date(change.at);
  const said = cleanLine(change.sentence);
  if (json)
    return void io.stdout.write(`${JSON.stringify({ at, key, stage, kind, word, sentence: change.sentence })}\n`);
  if (!io.isTTY) return printLines(io, [[at.toISOString(), key, stage, word, said].join('\t')]);
  const { symbol, style } = kind === 'status' ? STATUSES[word] : VERDICTS[word];
  const mark = paint(io, style, `${symbol} ${word}`.padEnd(MARK_WIDTH));
  // Some sentences name their stage themselves.
  const where = shortHashes(said.startsWith(`${stage}: `) ? said : `${stage}: ${said}`);
  const line = [paint(io, 'dim', at.toLocaleTimeString('sv-SE')), mark, ...(only === undefined ? [key] : []), where];
  printLines(io, [line.join('  ')]);
}
