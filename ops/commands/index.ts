import type { Command } from 'commander';
import type { Runner } from '../deps.ts';
import { approveCommand } from './approve.ts';
import { boardCommand } from './board.ts';
import { decideCommand } from './decide.ts';
import { demoCommand } from './demo.ts';
import { devCommand } from './dev.ts';
import { explainCommand } from './explain.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { pipelineCommand } from './pipeline.ts';
import { rejectCommand } from './reject.ts';
import { showCommand } from './show.ts';
import { watchCommand } from './watch.ts';

/** Every command, in the order help lists them. A new one is a file here and a line below. */
export const COMMANDS: readonly ((run: Runner) => Command)[] = [
  devCommand,
  demoCommand,
  listCommand,
  showCommand,
  explainCommand,
  watchCommand,
  logsCommand,
  approveCommand,
  rejectCommand,
  decideCommand,
  pipelineCommand,
  boardCommand,
];
