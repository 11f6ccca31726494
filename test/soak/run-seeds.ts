/** Tasks with faults of all kinds at once, on a real server with a real worker, both killed and started again. */

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { createApp } from '../../api/app.ts';
import type { ApiServer } from '../../api/server.ts';
import { startServer } from '../../api/server.ts';
import { createNudger, projectsDelivering } from '../../app/nudge.ts';
import { createReadDelivery } from '../../app/webhooks/read-delivery.ts';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { decide, watching } from '../e2e/support/person.ts';
import type { Restarting } from '../e2e/support/restarting.ts';
import { startRestarting } from '../e2e/support/restarting.ts';
import type { Volume } from '../e2e/support/volume.ts';
import { withVolume } from '../e2e/support/volume.ts';
import { waitFor } from '../support/wait-for.ts';
import { taskWorkflowId } from '../../workflows/messages.ts';
import { projectOf, soakConfig } from './config.ts';
import { withMortalServer } from './mortal-server.ts';
import type { Broken, Soaked } from './oracle.ts';
import { judge, workflowsOf } from './oracle.ts';
import type { Plan } from './plan.ts';
import { fileOf, planOf, SERVER_FILE } from './plan.ts';
import { findUnreplayable } from './replays.ts';

const SECRET = 'of this soak';
const FAULTY = 'test/soak/faulty-worker';
const LOOK_MS = 700;

export type Soak = {
  /** By seed, in the order given. */
  broken: { plan: Plan; broken: Broken }[];
  /** Faults that happened. */
  faults: number;
  /** Of them those that killed the worker, or the Temporal server. */
  deaths: { worker: number; server: number };
  /** From the first card to the last end. */
  durationMs: number;
};

export type SoakOptions = {
  bundle: WorkflowBundleOption;
  /** A task that has not ended by then is stuck. */
  patienceMs: number;
};

/** One task a seed, all at once, until each has ended or the patience has. */
export async function soakSeeds(seeds: readonly number[], { bundle, patienceMs }: SoakOptions): Promise<Soak> {
  const plans = seeds.map(planOf);
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-soak-'));
  try {
    await writePlans(folder, plans);
    return await withMortalServer(
      (pid) => writeFile(join(folder, SERVER_FILE), String(pid)),
      async (server) => {
        const [port = 0] = await freePorts(1);
        const options = {
          yaml: (script: string) => soakConfig(seeds, script),
          script: Object.assign({}, ...plans.map(scriptOf)),
          env: { CONVEYOR_API_PORT: String(port), CONVEYOR_WEBHOOK_SECRET: SECRET },
        };
        return withVolume(server, options, async (volume) => {
          const api = await startApi(volume, port);
          try {
            const { worker, durationMs, tasks } = await run(volume, plans, { folder, patienceMs });
            const broken: Soak['broken'] = [];
            const workflows = tasks.flatMap(([, task]) => workflowsOf(task));
            const unreplayable = await findUnreplayable(volume.client, workflows, bundle);
            for (const [plan, task] of tasks) broken.push({ plan, broken: await judge(volume, task, unreplayable) });
            await worker.stop();
            const faults = (await readdir(folder)).filter((name) => name.endsWith('.done')).length;
            return { broken, faults, deaths: { worker: worker.deaths(), server: server.deaths() }, durationMs };
          } finally {
            await api.close();
          }
        });
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Run = { worker: Restarting; tasks: [Plan, Soaked][]; durationMs: number };

/** The worker runs on: what is judged afterwards is asked of it. */
async function run(
  volume: Volume,
  plans: readonly Plan[],
  { folder, patienceMs }: { folder: string; patienceMs: number },
): Promise<Run> {
  const worker = await startRestarting(volume, [], { program: FAULTY, plan: folder });
  try {
    const startedAt = performance.now();
    const tasks: [Plan, Soaked][] = [];
    for (const plan of plans) tasks.push([plan, await enter(volume, plan)]);
    const ended = untilEnded(
      volume,
      tasks.map(([, { key }]) => key),
      patienceMs,
    );
    await Promise.race([ended, worker.broken]);
    return { worker, tasks, durationMs: performance.now() - startedAt };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

function keyOf({ seed }: Plan): string {
  return `${projectOf(seed)}-1`;
}

function scriptOf(plan: Plan): object {
  return Object.fromEntries(Object.entries(plan.agents).map(([role, runs]) => [`${keyOf(plan)}:${role}`, runs]));
}

async function writePlans(folder: string, plans: readonly Plan[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const webhooks = Object.fromEntries(plans.map((plan) => [keyOf(plan), plan.webhooks]));
  await writeFile(join(folder, 'webhooks.json'), JSON.stringify(webhooks));
  for (const plan of plans) {
    for (const fault of plan.faults) await writeFile(join(folder, `${fileOf(keyOf(plan), fault)}.due`), '');
  }
}

function startApi({ client, config }: Volume, port: number): Promise<ApiServer> {
  const app = createApp({
    secrets: { plane: ['of nobody'], gitea: ['of nobody'], local: [SECRET] },
    read: createReadDelivery(config),
    nudge: createNudger({ client, projectsOf: projectsDelivering(config) }),
    ready: () => client.workflowService.getSystemInfo({}),
    requestsPerMinute: 100_000,
    log: pino({ level: 'silent' }),
  });
  return startServer(app, { port });
}

async function enter(volume: Volume, { seed }: Plan): Promise<Soaked> {
  const project = volume.config.projects[projectOf(seed)];
  if (!project) throw new Error(`There is no project ${projectOf(seed)}`);
  return { key: await volume.enter(`Seed ${seed}`, project), project };
}

/** What is owed at the end, a last word on the card or to the intake, is written after the end was decided. */
async function isClosed({ client }: Volume, key: string): Promise<boolean> {
  const seen = await client.workflow
    .getHandle(taskWorkflowId(key))
    .describe()
    .catch(() => undefined);
  return seen !== undefined && seen.status.name !== 'RUNNING';
}

/** Plays the person: approves what is to be approved, and has everything else tried again. What is stuck is judged. */
async function untilEnded(volume: Volume, keys: readonly string[], patienceMs: number): Promise<void> {
  const open = new Map(keys.map((key) => [key, watching(volume, key)]));
  const look = async (): Promise<boolean> => {
    for (const [key, status] of open) {
      const view = await status();
      if (view?.end && (await isClosed(volume, key))) open.delete(key);
      else if (view?.question?.told === 'told') {
        const { number, answers } = view.question;
        const answer = answers.includes('approve') ? 'approve' : 'retry';
        // Somebody else, or a death, may come first: it is looked at again.
        await decide(volume, key, { number, answer }).catch(() => undefined);
      }
    }
    return open.size === 0;
  };
  await waitFor(look, 'all tasks to end', patienceMs, LOOK_MS).catch(() => undefined);
}
