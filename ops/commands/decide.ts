import { Argument, Command, Option } from 'commander';
import type { Answer, Decision } from '../../domain/question.ts';
import { ANSWERS } from '../../domain/question.ts';
import type { TaskView } from '../../workflows/messages.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome } from '../output.ts';
import { hear } from '../tasks/sentence.ts';
import type { Read, TaskRecord } from '../tasks/tasks.ts';
import { openTasks } from '../tasks/tasks.ts';
import { taskWorkflowId } from '../tasks/workflow-id.ts';
import { dryRunOption, jsonOption, keyArgument, parseCount } from './arguments.ts';

export type DecideOptions = {
  key: string;
  answer: Answer;
  /** The open question when absent. */
  question?: number;
  reason?: string;
  /** With `back`: an earlier stage. */
  to?: string;
  signal?: true;
  dryRun?: true;
  json?: true;
};

const HELP = `
Examples:
  conveyor decide DEMO-1 2 retry --reason "the sandbox is back"
  conveyor decide DEMO-1 2 back --to development
  conveyor decide DEMO-1 2 accept --reason "reviewed by hand"

JSON of decide, approve and reject: {key, number, answer, outcome: would|taken|left, sentence}`;

export function decideCommand(run: Runner): Command {
  return new Command('decide')
    .description('answer any question by its number')
    .addArgument(keyArgument())
    .argument('<number>', 'the question', parseCount)
    .addArgument(new Argument('<answer>', 'what explain offers').choices(ANSWERS))
    .option('--to <stage>', 'with back: the earlier stage')
    .option('--reason <words>', 'kept with the answer, and in the next prompt')
    .addOption(signalOption())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, question: number, answer: Answer, options: Pick<DecideOptions, 'reason' | 'to'>) =>
      run((deps) => runDecide({ ...options, key, question, answer }, deps)),
    );
}

export function signalOption(): Option {
  return new Option('--signal', 'leave the answer with Temporal instead of waiting for the task to take it');
}

/** Answers the open question, or the given one; a refusal explains itself. */
export async function runDecide(options: DecideOptions, deps: OpsDeps): Promise<ExitCode> {
  const { key, signal, dryRun } = options;
  const tasks = await openTasks(deps);
  const read = await tasks.status(key);
  // Without a worker only a signal can be sent, and nothing is sent by surprise.
  if (read.kind === 'recorded' && !signal) throw noWorker(options);
  const decision = decisionOf(options, numberFor(options, read), deps.user());
  if (dryRun) {
    const how = signal ? 'signal' : 'update';
    const say = `would send the ${how} decide to ${taskWorkflowId(key)}: ${JSON.stringify(decision)}`;
    return done(decision, { outcome: 'would', say }, options, deps);
  }
  if (signal) {
    await tasks.decideBySignal(key, decision);
    const say = 'left with Temporal until a worker takes it';
    return done(decision, { outcome: 'left', say }, options, deps);
  }
  const now = await tasks.decide(key, decision);
  // The same answer given twice is taken once: what the task said to the first one is not what it does now.
  const again = read.kind === 'answered' && read.view.question?.number !== decision.number;
  const say = again ? `answered so before; ${read.view.sentence}` : now;
  return done(decision, { outcome: 'taken', say }, options, deps);
}

/** The number that was given, else the open question's. */
function numberFor({ key, question }: DecideOptions, read: Read<TaskView>): number {
  const number = question ?? (read.kind === 'answered' ? read.view.question?.number : recordedNumber(read.task));
  if (number !== undefined) return number;
  throw new OpsError({
    what: `${key} asks nothing at the moment.`,
    run: `conveyor explain ${key}`,
    exit: EXIT.refused,
  });
}

function recordedNumber({ sentence }: TaskRecord): number | undefined {
  const heard = hear(sentence);
  return heard.kind === 'question' ? heard.number : undefined;
}

function noWorker({ key }: DecideOptions): OpsError {
  return new OpsError({
    what: `No worker answers for ${key}: nothing was sent.`,
    why: 'With --signal the answer is left with Temporal, and taken when a worker is back if it still fits.',
    run: 'conveyor dev, or the same again with --signal',
    exit: EXIT.refused,
  });
}

function decisionOf({ answer, reason, to }: DecideOptions, number: number, by: string): Decision {
  const words = reason?.trim();
  return { number, answer, by, ...(words ? { words } : {}), ...(to === undefined ? {} : { stage: to }) };
}

type Outcome = { outcome: 'would' | 'taken' | 'left'; say: string };

function done(
  { number, answer }: Decision,
  { outcome, say }: Outcome,
  options: DecideOptions,
  deps: OpsDeps,
): ExitCode {
  const { key, json } = options;
  printOutcome(
    deps.io,
    {
      line: outcome === 'would' ? say : `Answered question ${number} of ${key}: ${answer}. Now: ${say}`,
      fields: outcome === 'would' ? [say] : [key, String(number), answer, say],
      json: { key, number, answer, outcome, sentence: say },
      ...(outcome === 'would' ? {} : { next: `conveyor watch ${key}` }),
    },
    json ? 'json' : 'usual',
  );
  return EXIT.ok;
}
