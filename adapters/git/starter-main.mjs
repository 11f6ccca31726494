/** The program behind `starter.ts`: runs the commands it is sent, several at once, and ends with the channel to its parent. */

import { execa } from 'execa';

const MAX_BYTES = 256 * 1024 * 1024;

// Ctrl-C in a terminal reaches us as well, and our parent still needs git to come to a good end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

process.on('message', (command) => void run(command));

/** @param {import('./starter.ts').Command & { id: number }} command */
async function run({ id, command, args, cwd, env, input, timeoutMs }) {
  const result = await execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    timeout: timeoutMs,
    maxBuffer: MAX_BYTES,
  });
  const { exitCode, stdout, stderr, timedOut, isMaxBuffer, code, shortMessage } = result;
  const end = { exitCode: isMaxBuffer ? undefined : exitCode, stdout, stderr, timedOut, code, shortMessage };
  if (process.connected) process.send?.({ id, end });
}
