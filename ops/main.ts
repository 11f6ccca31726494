#!/usr/bin/env node
/** The `conveyor` command. */

import { hostEnvironment } from '../app/host-environment.ts';
import { readVersion } from '../app/version.ts';
import { runCli } from './cli.ts';
import { createIo } from './io.ts';

const env = hostEnvironment();
const io = createIo(process, env);

// `conveyor list | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  io,
  version: readVersion(),
  loadDeps: async () => (await import('../app/ops-deps.ts')).createOpsDeps(env, io),
});
