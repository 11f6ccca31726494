import type { Command } from 'commander';
import type { Runner } from '../deps.ts';
import { abortCommand } from './abort.ts';
import { approveCommand } from './approve.ts';
import { boardCommand } from './board.ts';
import { decideCommand } from './decide.ts';
import { demoCommand } from './demo.ts';
import { devCommand } from './dev.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { freezeCommand } from './freeze.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { pauseCommand } from './pause.ts';
import { pipelineCommand } from './pipeline.ts';
import { queueCommand } from './queue.ts';
import { rejectCommand } from './reject.ts';
import { reopenCommand } from './reopen.ts';
import { resumeCommand } from './resume.ts';
import { setupCommand } from './setup.ts';
import { showCommand } from './show.ts';
import { statsCommand } from './stats.ts';
import { unfreezeCommand } from './unfreeze.ts';
import { watchCommand } from './watch.ts';

/** Every command, in the order help lists them. A new one is a file here and a line below. */
export const COMMANDS: readonly ((run: Runner) => Command)[] = [
  devCommand,
  demoCommand,
  setupCommand,
  doctorCommand,
  listCommand,
  showCommand,
  explainCommand,
  watchCommand,
  logsCommand,
  approveCommand,
  rejectCommand,
  decideCommand,
  pauseCommand,
  resumeCommand,
  abortCommand,
  reopenCommand,
  queueCommand,
  freezeCommand,
  unfreezeCommand,
  statsCommand,
  pipelineCommand,
  boardCommand,
];
