/** The worker: workflows, gates, agents and releases, with the local providers beside them. */

import { openProgram } from '../app/program.ts';
import { runProgram } from './program.ts';

await runProgram(openProgram('worker'));
