import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { OpsDeps, Runner } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { note, printLines } from '../output.ts';
import { chooseProject, requireConfig } from '../project.ts';
import { dryRunOption, keyArgument } from './arguments.ts';

export type BoardAddOptions = {
  title: string;
  body?: string;
  bodyFile?: string;
  project?: string;
  start?: true;
  dryRun?: true;
};
export type BoardMoveOptions = { key: string; stateName: string; dryRun?: true };

const ADD_HELP = `
Examples:
  conveyor board add "Say goodbye" --body "GET /goodbye answers Goodbye" --start
  conveyor board add "Say goodbye" --body-file card.md`;
const MOVE_HELP = `
Examples:
  conveyor board move DEMO-1 "In Progress"     starts it
  conveyor board move DEMO-1 Approved          answers the approval it asks for`;

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
    .addHelpText('after', MOVE_HELP)
    .action((key: string, stateName: string, options: Pick<BoardMoveOptions, 'dryRun'>) =>
      run((deps) => runBoardMove({ ...options, key, stateName }, deps)),
    );
}

export async function runBoardAdd(options: BoardAddOptions, deps: OpsDeps): Promise<ExitCode> {
  const { title, start, dryRun } = options;
  if (title.trim() === '') throw new OpsError({ what: 'a card needs a title', exit: EXIT.usage });
  const { key: project, states } = chooseProject(requireConfig(deps), options.project);
  const card = { project, title, body: await bodyOf(options), by: deps.user() };
  if (dryRun) {
    const then = start ? `, and move it to ${states.entry}` : '';
    printLines(deps.io, [`would add to the board of ${project}${then}: ${JSON.stringify(card)}`]);
    return EXIT.ok;
  }
  const boards = await deps.boards();
  const key = await boards.add(card);
  if (!deps.io.isTTY) printLines(deps.io, [key]);
  else printLines(deps.io, [`Added ${key} to the board of ${project}.`]);
  if (start) await boards.move({ project, key, stateName: states.entry, by: deps.user() });
  if (deps.io.isTTY)
    note(deps.io, start ? `→ conveyor watch ${key}` : `→ conveyor board move ${key} "${states.entry}"`);
  return EXIT.ok;
}

export async function runBoardMove({ key, stateName, dryRun }: BoardMoveOptions, deps: OpsDeps): Promise<ExitCode> {
  const { key: project } = chooseProject(requireConfig(deps), key.slice(0, key.lastIndexOf('-')));
  const move = { project, key, stateName, by: deps.user() };
  if (dryRun) {
    printLines(deps.io, [`would move on the board of ${project}: ${JSON.stringify(move)}`]);
    return EXIT.ok;
  }
  const done = await (await deps.boards()).move(move);
  if (!deps.io.isTTY) printLines(deps.io, [[key, stateName, done].join('\t')]);
  else
    printLines(deps.io, [done === 'changed' ? `Moved ${key} to ${stateName}.` : `${key} is in ${stateName} already.`]);
  return EXIT.ok;
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
