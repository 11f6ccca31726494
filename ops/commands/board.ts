import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { nearest } from '../../domain/did-you-mean.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome } from '../output.ts';
import { chooseProject, requireConfig } from '../project.ts';
import { dryRunOption, jsonOption, keyArgument, projectOf } from './arguments.ts';

export type BoardAddOptions = {
  title: string;
  body?: string;
  bodyFile?: string;
  project?: string;
  start?: true;
  dryRun?: true;
  json?: true;
};
export type BoardMoveOptions = { key: string; stateName: string; dryRun?: true; json?: true };

const ADD_HELP = `
Examples:
  conveyor board add "Say goodbye" --body "GET /goodbye answers Goodbye" --start
  conveyor board add "Say goodbye" --body-file card.md

JSON: {key, project, state, outcome: would|added}; key is null when nothing was added.`;
const MOVE_HELP = `
Examples:
  conveyor board move DEMO-1 "In Progress"     starts it
  conveyor board move DEMO-1 approved          answers the approval it asks for

JSON: {key, project, state, outcome: would|changed|same}`;

export function boardCommand(run: Runner): Command {
  return new Command('board')
    .description('cards of the local tracker')
    .addCommand(addCommand(run))
    .addCommand(moveCommand(run));
}

function addCommand(run: Runner): Command {
  return new Command('add')
    .description('add a card')
    .argument('<title>')
    .option('--body <text>', 'what it is about, in Markdown')
    .addOption(new Option('--body-file <path>', 'the same from a file; - is standard input').conflicts('body'))
    .option('--project <key>', 'the board; the only one by default')
    .option('--start', 'move it to the entry state at once')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', ADD_HELP)
    .action((title: string, options: Omit<BoardAddOptions, 'title'>) =>
      run((deps) => runBoardAdd({ ...options, title }, deps)),
    );
}

function moveCommand(run: Runner): Command {
  return new Command('move')
    .description('move a card to another state')
    .addArgument(keyArgument())
    .argument('<state>', 'the state’s name on the board')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', MOVE_HELP)
    .action((key: string, stateName: string, options: Pick<BoardMoveOptions, 'dryRun' | 'json'>) =>
      run((deps) => runBoardMove({ ...options, key, stateName }, deps)),
    );
}

export async function runBoardAdd(options: BoardAddOptions, deps: OpsDeps): Promise<ExitCode> {
  const { title, start, dryRun } = options;
  const form = options.json ? 'json' : 'usual';
  if (title.trim() === '') throw new OpsError({ what: 'a card needs a title', exit: EXIT.usage });
  const { key: project, states } = chooseProject(requireConfig(deps), options.project);
  const card = { project, title, body: await bodyOf(options), by: deps.user() };
  const state = start ? states.entry : null;
  if (dryRun) {
    const then = start ? `, and move it to ${states.entry}` : '';
    const line = `would add to the board of ${project}${then}: ${JSON.stringify(card)}`;
    printOutcome(deps.io, { line, fields: [line], json: { key: null, project, state, outcome: 'would' } }, form);
    return EXIT.ok;
  }
  const boards = await deps.boards();
  const key = await boards.add(card);
  if (start) await boards.move({ project, key, stateName: states.entry, by: deps.user() });
  printOutcome(
    deps.io,
    {
      line: `Added ${key} to the board of ${project}.`,
      fields: [key],
      json: { key, project, state, outcome: 'added' },
      next: start ? `conveyor watch ${key}` : `conveyor board move ${key} "${states.entry}"`,
    },
    form,
  );
  return EXIT.ok;
}

export async function runBoardMove(options: BoardMoveOptions, deps: OpsDeps): Promise<ExitCode> {
  const { key, dryRun } = options;
  const form = options.json ? 'json' : 'usual';
  const { key: project } = chooseProject(requireConfig(deps), projectOf(key));
  const boards = await deps.boards();
  const stateName = meantState(options.stateName, project, await boards.states(project));
  const move = { project, key, stateName, by: deps.user() };
  const json = { key, project, state: stateName };
  if (dryRun) {
    const line = `would move on the board of ${project}: ${JSON.stringify(move)}`;
    printOutcome(deps.io, { line, fields: [line], json: { ...json, outcome: 'would' } }, form);
    return EXIT.ok;
  }
  const outcome = await boards.move(move);
  const line = outcome === 'changed' ? `Moved ${key} to ${stateName}.` : `${key} is in ${stateName} already.`;
  printOutcome(deps.io, { line, fields: [key, stateName, outcome], json: { ...json, outcome } }, form);
  return EXIT.ok;
}

/** The board's own name of a state, however its letters were written. */
function meantState(name: string, project: string, states: readonly string[]): string {
  const plain = (text: string): string => text.trim().toLowerCase();
  const found = states.find((state) => state === name) ?? states.find((state) => plain(state) === plain(name));
  if (found !== undefined) return found;
  const near = nearest(plain(name), states.map(plain));
  const meant = states.find((state) => plain(state) === near);
  throw new OpsError({
    what: `the board of ${project} has no state "${name}"${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
    why: `It has ${states.join(', ')}.`,
    exit: EXIT.usage,
  });
}

async function bodyOf({ body = '', bodyFile }: BoardAddOptions): Promise<string> {
  if (bodyFile === undefined) return body;
  try {
    return await readFile(bodyFile === '-' ? '/dev/stdin' : bodyFile, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OpsError({ what: `the body cannot be read from ${bodyFile}`, why, exit: EXIT.usage }, cause);
  }
}
