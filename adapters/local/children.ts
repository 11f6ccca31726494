import { execaNode } from 'execa';

export type ChildOptions = {
  /** Shown when it ends. */
  name: string;
  /** The program, a module of ours. */
  script: string;
  env: Readonly<Record<string, string>>;
  /** Where its output goes. */
  logFile: string;
};

export type Child = {
  name: string;
  /** Settles when the process has ended, however it did; says how. */
  ended: Promise<string>;
  /** SIGTERM; the process ends its own work in order. */
  stop: () => Promise<void>;
};

const FORCE_MS = 70_000;

/** A program of ours beside this one. It sees the channel close when this process dies, and ends itself then. */
export function startChild({ name, script, env, logFile }: ChildOptions): Child {
  const output = { file: logFile, append: true };
  const child = execaNode(script, {
    // The same loader as ours: from the sources, or none when compiled.
    nodeOptions: process.execArgv,
    env,
    extendEnv: false,
    ipc: true,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    // The file has it all: kept in memory as well, it would grow for ever, and execa ends a child after 100 MB of it.
    buffer: false,
    reject: false,
    // The child sees the channel close and ends in order; execa would only kill it.
    cleanup: false,
    forceKillAfterDelay: FORCE_MS,
  });
  const ended = child.then((result) =>
    result.signal === undefined
      ? `${name} ended with status ${result.exitCode}`
      : `${name} was ended by ${result.signal}`,
  );
  return {
    name,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
