/** What a project's intake goes through, over a board in memory. */

import type { Client } from '@temporalio/client';
import { createActivities } from '../../../activities/index.ts';
import type { Activities } from '../../../activities/index.ts';
import { PortError } from '../../../activities/ports.ts';
import type { IntakeState, IntakeView } from '../../../domain/intake/state.ts';
import { newIntake } from '../../../domain/intake/state.ts';
import { DEFAULT_STATE_NAMES } from '../../../domain/card.ts';
import type { CardRole } from '../../../domain/card.ts';
import type { IntakeInput } from '../../../workflows/messages.ts';
import {
  endedSignal,
  freezeUpdate,
  intakeQuery,
  nudgeSignal,
  projectWorkflowId,
  recoveredSignal,
  sweepSignal,
  troubleSignal,
  unfreezeSignal,
  WORKFLOWS,
} from '../../../workflows/messages.ts';
import type { FakeWorld } from '../../fakes/ports.ts';
import { createFakePorts } from '../../fakes/ports.ts';
import { quickPipeline } from '../../support/rehearsal/rehearsal.ts';
import { waitFor } from '../../support/wait-for.ts';

const HOUR = 3_600_000;

/** Somebody at the project's board. */
export type Keeper = {
  world: FakeWorld;
  client: Client;
  project: string;
  /** Puts a card into the state, as a person does. */
  put: (key: string, role: CardRole, blockedBy?: readonly string[]) => void;
  sweep: () => Promise<void>;
  until: (what: string, holds: (view: IntakeView) => boolean) => Promise<unknown>;
};

export type IntakeStory = {
  name: string;
  state?: Partial<IntakeState>;
  continueAfterEvents?: number;
  set?: (world: FakeWorld) => void;
  play: (keeper: Keeper) => Promise<void>;
};

export const INTAKE_STORIES: readonly IntakeStory[] = [
  {
    name: 'sweep-and-admission',
    state: { lastDigest: '2026-01-01' },
    set: (world) => {
      world.intake = { ...world.intake, wip: 2, digestHour: 0 };
      world.waiting = [{ key: 'HISTORY-1', title: 'A', status: 'asking', sentence: 'question 1: which?', since: 0 }];
    },
    play: async ({ client, project, put, sweep, until }) => {
      put('HISTORY-1', 'entry');
      put('HISTORY-2', 'entry', ['HISTORY-1']);
      put('HISTORY-3', 'entry');
      put('HISTORY-4', 'entry');
      await sweep();
      await until('two open', ({ open }) => open === 2);
      put('HISTORY-1', 'blocked');
      put('HISTORY-3', 'blocked');
      await client.workflow.getHandle(projectWorkflowId(project)).signal(nudgeSignal, { source: 'tracker' });
      await until('the nudge', ({ webhooks }) => webhooks.lastAt !== undefined);
      put('HISTORY-1', 'done');
      const ended = { key: 'HISTORY-1', run: 1, outcome: 'done', drivenByNudge: 1, healedByTimer: 0 } as const;
      await client.workflow.getHandle(projectWorkflowId(project)).signal(endedSignal, ended);
      await until('the end', ({ stats }) => stats.done === 1);
    },
  },
  {
    name: 'freeze',
    play: async ({ client, project, put, sweep, until }) => {
      put('HISTORY-1', 'entry');
      await sweep();
      await until('one open', ({ open }) => open === 1);
      const intake = client.workflow.getHandle(projectWorkflowId(project));
      await intake.executeUpdate(freezeUpdate, { args: [{ by: 'ada', reason: 'a fair' }] });
      put('HISTORY-2', 'entry');
      await sweep();
      await until('a wait', ({ waiting }) => waiting.length === 1);
      await intake.signal(unfreezeSignal, { by: 'ada' });
      await until('both open', ({ open }) => open === 2);
    },
  },
  {
    name: 'incident',
    play: async ({ world, client, project, sweep, until }) => {
      const intake = client.workflow.getHandle(projectWorkflowId(project));
      const trouble = { integration: 'Gitea', class: 'transient', type: 'Gitea.Away', message: '502' } as const;
      world.trouble.set('notifier.send', new PortError('Notify.Refused', 'no', 'auth'));
      for (const key of ['HISTORY-1', 'HISTORY-2']) await intake.signal(troubleSignal, { key, ...trouble });
      await until('the incident', ({ incidents }) => incidents.length === 1);
      world.trouble.clear();
      world.trouble.set('tracker.changes', new PortError('Tracker.Away', 'no answer', 'transient'));
      await sweep();
      await until('a second incident', ({ incidents }) => incidents.length === 2);
      world.trouble.clear();
      for (const key of ['HISTORY-1', 'HISTORY-2']) await intake.signal(recoveredSignal, { key });
      await until('health', ({ incidents }) => incidents.length === 0);
      await waitFor(() => world.sent.size === 4, 'all four notices', 60_000, 40);
    },
  },
  {
    name: 'continue-as-new',
    continueAfterEvents: 40,
    play: async ({ put, sweep, until }) => {
      for (let n = 1; n <= 4; n++) {
        put(`HISTORY-${n}`, 'entry');
        await sweep();
        await until(`task ${n}`, ({ stats }) => stats.started === n);
      }
    },
  },
];

/** Activities over a board in memory, and the hand that plays on it. */
export function keep(): { activities: Partial<Activities>; world: FakeWorld; put: Keeper['put'] } {
  const { ports, world } = createFakePorts();
  // Longer than the recording: what is swept is asked for.
  world.intake = { sweepMs: HOUR, fullSweepMs: 24 * HOUR };
  const all = createActivities(ports);
  const activities: Partial<Activities> = {
    sweep: (input) => all.sweep(input),
    admit: (input) => all.admit(input),
    nudgeTasks: (input) => all.nudgeTasks(input),
    digest: (input) => all.digest(input),
    notify: (notice) => all.notify(notice),
  };
  const put: Keeper['put'] = (key, role, blockedBy = []) => {
    world.clock++;
    const moved = { by: 'ada', at: world.clock, ours: false };
    const card = { key, title: `Card ${key}`, body: '', role, stateName: DEFAULT_STATE_NAMES[role], moved, blockedBy };
    world.tracker.cards = [...world.tracker.cards.filter((one) => one.key !== key), card];
  };
  return { activities, world, put };
}

/** Plays the story to its end; the intake then waits for an hour. */
export async function playIntake(
  story: IntakeStory,
  { client, queues, project }: { client: Client; project: string; queues: IntakeInput['queues'] },
  { world, put }: Pick<Keeper, 'world' | 'put'>,
): Promise<void> {
  story.set?.(world);
  const input: IntakeInput = {
    project,
    queues,
    sweepMs: HOUR,
    looks: quickPipeline().looks,
    state: { ...newIntake(project), ...story.state },
    ...(story.continueAfterEvents === undefined ? {} : { continueAfterEvents: story.continueAfterEvents }),
  };
  const intake = await client.workflow.start(WORKFLOWS.intake, {
    workflowId: projectWorkflowId(project),
    taskQueue: queues.control,
    args: [input],
  });
  const handle = client.workflow.getHandle(intake.workflowId);
  const view = (): Promise<IntakeView> => handle.query(intakeQuery);
  const until: Keeper['until'] = (what, holds) => waitFor(async () => holds(await view()), what, 60_000, 40);
  const rested = (): Promise<unknown> =>
    until('its rest', ({ nextSweepAt = 0 }) => nextSweepAt > Date.now() + HOUR / 2);
  await rested();
  const sweep = (): Promise<void> => handle.signal(sweepSignal);
  await story.play({ world, client, project, put, sweep, until });
  await rested();
}
