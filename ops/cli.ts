import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands/index.ts';
import type { OpsDeps, Runner } from './deps.ts';
import { tell } from './errors.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT, EXIT_CODES } from './exit-codes.ts';
import type { Io } from './io.ts';
import { note } from './output.ts';

export type CliOptions = {
  io: Io;
  version: string;
  /** Called once, by a command that starts to work: help and usage errors need nothing. */
  loadDeps: () => Promise<OpsDeps>;
};

const EXAMPLES = `Examples:
  conveyor dev                                 run everything on this machine
  conveyor board add "Say goodbye" --start     give it a task
  conveyor list                                what waits for you first
  conveyor approve DEMO-1                      answer it
  conveyor explain DEMO-1                      why a task stands where it stands
`;

/** Runs one command line and returns what the process exits with; everything is told through `io`. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const run: Runner = async (work) => {
    exit = await runWork(work, options);
  };
  const program = createProgram(run, options);
  if (argv.length === 0) {
    program.outputHelp();
    return EXIT.ok;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for ends like this too.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

async function runWork(work: (deps: OpsDeps) => Promise<ExitCode>, { io, loadDeps }: CliOptions): Promise<ExitCode> {
  try {
    const deps = await loadDeps();
    try {
      return await work(deps);
    } finally {
      await deps.close();
    }
  } catch (error) {
    const { text, exit } = tell(error);
    note(io, text);
    return exit;
  }
}

function createProgram(run: Runner, { io, version }: CliOptions): Command {
  const program = new Command('conveyor')
    .description('Carries work items from an issue tracker to production, and never loses one.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ helpWidth: io.isTTY && io.columns > 40 ? io.columns : 100 })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride()
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', `\nExit codes:\n${EXIT_CODES.map(([code, says]) => `  ${code}  ${says}`).join('\n')}`);
  for (const command of COMMANDS) program.addCommand(command(run));
  inherit(program, 'conveyor');
  return program;
}

/** Commands made on their own do not know the program's output and exit rules. */
function inherit(parent: Command, path: string): void {
  parent.showHelpAfterError(`Try: ${path} --help`);
  for (const child of parent.commands) {
    child.copyInheritedSettings(parent);
    inherit(child, `${path} ${child.name()}`);
  }
}
