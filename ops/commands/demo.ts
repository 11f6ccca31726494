import { Command } from 'commander';
import type { DemoOptions } from '../demo/run-demo.ts';
import type { Runner } from '../deps.ts';

const HELP = `
One card goes through all seven stages of the default pipeline, on a real Temporal server, to a running service.
The agents are small programs; everything else is what you would run. Nothing is left behind without --keep.`;

export function demoCommand(run: Runner): Command {
  return new Command('demo')
    .description('watch one change go from a card to production, in under a minute')
    .option('--json', 'JSON lines: every event, and the outcome last')
    .option('--keep', 'leave everything running until Ctrl-C, to look around')
    .addHelpText('after', HELP)
    .action((options: DemoOptions) =>
      run(async (deps) => (await import('../demo/run-demo.ts')).runDemo(options, deps.io)),
    );
}
