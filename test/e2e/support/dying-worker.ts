/**
 * The worker as it is, but that it runs activities alone and dies at points of a plan: for each `<side> <effect>.due`
 * in the folder it is given, once. It has everything loaded before it is told to go on, so that whoever restarts it can have the next one ready.
 */

import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { openProgram } from '../../../app/program.ts';
import { runProgram } from '../../../worker/program.ts';
import { aroundEffects } from './effects.ts';
import { quick } from './quick.ts';

const [folder = ''] = process.argv.slice(2);
const program = openProgram('worker');
const told = new Promise((resolve) => process.once('message', resolve));
process.send?.('loaded');
await told;

const faults = aroundEffects(async (side, effect) => {
  if (!isDue(`${side} ${effect}`)) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
});
// Each start would load the workflows, and each death in one of their tasks would be waited for.
await runProgram({ ...program, config: quick(program.config) }, { faults, workflows: 'elsewhere' });

/** Takes the point from the plan, before anything is done about it. */
function isDue(point: string): boolean {
  try {
    renameSync(join(folder, `${point}.due`), join(folder, `${point}.done`));
    return true;
  } catch {
    return false;
  }
}
