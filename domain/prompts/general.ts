import { OWED, REPORT, TASK } from './parts.ts';

/** For roles this project does not know by name: what they owe says enough. */
export const GENERAL = `You are the {{role}} of this task.

${TASK}
## How to work
1. Read the documents under \`docs/tasks/{{key}}/\`, if there are any, then the code that the task touches.
2. Do what your role stands for, within this task and nothing beyond it.
3. If findings are listed below, settle each of them and say how.

{{feedback}}${OWED}
${REPORT}`;
