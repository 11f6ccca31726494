import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import type { Ports } from '../activities/ports.ts';
import { createLocalBoard } from '../adapters/local/tracker/board.ts';
import type { LocalBoard } from '../adapters/local/tracker/board.ts';
import type { HostEnvironment } from '../adapters/config/environment.ts';
import { freePorts } from '../adapters/temporal/free-ports.ts';
import { loadConfig } from '../adapters/config/load-config.ts';
import { announcer } from './announce.ts';
import { pathsIn } from './paths.ts';
import { createPorts } from './ports.ts';
import type { SampleCard } from './sample.ts';
import { openSample } from './sample.ts';
import type { Stack } from './stack.ts';
import { startStack } from './stack.ts';
import { connectClient, temporalOptions } from './temporal.ts';

/** A whole stack over the sample project in a folder of its own. */
export type DemoStack = {
  stack: Stack;
  client: Client;
  board: LocalBoard;
  /** To read what really happened, from forge and environments themselves. */
  ports: Ports;
  card: SampleCard;
  configPath: string;
  /** Stops everything and removes the folder. */
  close: () => Promise<void>;
};

export async function openDemoStack({
  host,
  say,
}: {
  host: HostEnvironment;
  say: (line: string) => void;
}): Promise<DemoStack> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-demo-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    const { configPath, card } = await openSample(folder);
    const [api, worker] = await freePorts(2);
    // One event gets lost on purpose, so that a timer has something to heal.
    const env = {
      ...ownSettings(host),
      CONVEYOR_API_PORT: String(api),
      CONVEYOR_WORKER_PORT: String(worker),
      CONVEYOR_LOSE_FIRST: 'status',
    };
    const read = loadConfig({ path: configPath, env });
    if (read.kind === 'invalid')
      throw new Error(`The sample's conveyor.yaml has problems: ${read.problems[0]?.message}`);
    const ports = { temporal: 0, ui: 0 };
    const stack = await startStack({ ...read, host: env, storage: 'normal', ports, say });
    closing.push(stack.stop);
    const client = await connectClient(
      temporalOptions({ address: stack.temporalAddress, namespace: stack.namespace }, {}),
    );
    closing.push(() => client.connection.close());
    const log = pino({ level: 'silent' });
    const sender = announcer({ apiUrl: stack.apiUrl, secret: stack.webhookSecret, log });
    closing.push(sender.settled);
    const board = createLocalBoard({ root: pathsIn(read.config.data).tracker, now: Date.now, announce: sender.send });
    return {
      stack,
      client,
      board,
      ports: createPorts({ ...read, host: env, client, announce: sender.send, log }),
      card,
      configPath,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The person's own Conveyor and Temporal settings are about another stack. */
function ownSettings(host: HostEnvironment): HostEnvironment {
  const theirs = (name: string): boolean =>
    (name.startsWith('CONVEYOR_') || name.startsWith('TEMPORAL_')) && name !== 'TEMPORAL_CLI_PATH';
  return Object.fromEntries(Object.entries(host).filter(([name]) => !theirs(name)));
}
