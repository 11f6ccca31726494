/** The intake's rules over its real activities, a board and tasks in memory: everything but Temporal. */

import type { IntakeActivities } from '../../../activities/intake/index.ts';
import { createIntakeActivities } from '../../../activities/intake/index.ts';
import type { RunState } from '../../../activities/tasks-port.ts';
import { PortError } from '../../../activities/ports.ts';
import type { CardRole } from '../../../domain/card.ts';
import { onAdmitted } from '../../../domain/intake/admission.ts';
import { onEnded } from '../../../domain/intake/ended.ts';
import { onNudging } from '../../../domain/intake/nudges.ts';
import type { IntakeStep } from '../../../domain/intake/plan.ts';
import { next } from '../../../domain/intake/plan.ts';
import { onFailed, onRested } from '../../../domain/intake/rest.ts';
import type { IntakePolicy, IntakeState } from '../../../domain/intake/state.ts';
import { newIntake } from '../../../domain/intake/state.ts';
import { askSweep, onSweepBegun, onSwept } from '../../../domain/intake/sweep.ts';
import type { FakeWorld } from '../../fakes/ports.ts';
import { createFakePorts } from '../../fakes/ports.ts';
import { settings } from './states.ts';

export type Simulation = {
  world: FakeWorld;
  state: IntakeState;
  hear: (change: (state: IntakeState, at: number) => IntakeState) => void;
  /** Carries out everything there is to do now. */
  settle: () => Promise<void>;
  pass: (ms: number) => void;
  move: (key: string, role: CardRole | 'other', more?: { blockedBy?: string[]; ours?: boolean }) => void;
  /** The run ends: its card is written unless it was stopped from outside, and the intake is told, or not. */
  end: (key: string, how: 'told' | 'untold' | 'stopped') => void;
  away: (is: boolean) => void;
  openRuns: () => string[];
};

export function createSimulation(policy: IntakePolicy): Simulation {
  const { ports, world } = createFakePorts();
  world.intake = policy;
  const stopped = new Set<string>();
  const tasks = { ...ports.tasks, start: guardedStart, state: stateOf };
  const activities = createIntakeActivities({ ...ports, tasks });
  const openRuns = (): string[] =>
    [...new Set(world.started.map(({ key }) => key))].filter((key) => !world.closed.has(key));

  async function guardedStart(...given: Parameters<typeof ports.tasks.start>) {
    const [, { key }, run] = given;
    const card = world.tracker.cards.find((one) => one.key === key);
    const closed = world.closed.get(key);
    if (run > 1 && (card?.moved?.ours !== false || closed === undefined || card.moved.at <= closed)) {
      throw new Error(`${key} was revived as run ${run}`);
    }
    const answer = await ports.tasks.start(...given);
    stopped.delete(key);
    if (policy.wip !== undefined && openRuns().length > policy.wip) throw new Error(`${key} was one too many`);
    if (sim.state.freeze) throw new Error(`${key} was let into a frozen project`);
    return answer;
  }

  async function stateOf(key: string): Promise<RunState> {
    const state = await ports.tasks.state(key);
    return state.kind === 'closed' && stopped.has(key) ? { ...state, stopped: true } : state;
  }

  const sim: Simulation = {
    world,
    state: newIntake('DEMO'),
    openRuns,
    hear: (change) => {
      sim.state = change(sim.state, world.clock);
    },
    settle: async () => {
      for (let steps = 0; steps < 200; steps++) {
        const step = next(sim.state, settings, world.clock);
        if (step.kind === 'wait') return;
        await carryOut(sim, activities, step);
      }
      throw new Error(`The intake never waits: ${JSON.stringify(next(sim.state, settings, world.clock))}`);
    },
    pass: (ms) => {
      world.clock += ms;
    },
    move: (key, role, { blockedBy, ours = false } = {}) => {
      world.clock += 1;
      const moved = { by: ours ? 'conveyor' : 'ada', at: world.clock, ours };
      const card = world.tracker.cards.find((one) => one.key === key);
      const changes = {
        role,
        stateName: role,
        moved,
        ...(blockedBy ? { blockedBy } : {}),
        ...(ours ? { wroteAt: world.clock } : {}),
      };
      if (card) Object.assign(card, changes);
      else world.tracker.cards.push({ key, title: key, body: '', ...changes });
    },
    end: (key, how) => {
      const run = world.started.findLast((one) => one.key === key)?.run;
      if (run === undefined || world.closed.has(key)) return;
      if (how === 'stopped') stopped.add(key);
      else sim.move(key, 'done', { ours: true });
      world.closed.set(key, ++world.clock);
      const ended = { key, run, outcome: 'done', drivenByNudge: 0, healedByTimer: 0 } as const;
      if (how === 'told') sim.hear((state, at) => onEnded(state, ended, at));
    },
    away: (is) => {
      if (is) world.trouble.set('tracker.changes', new PortError('Tracker.Away', 'no answer'));
      else world.trouble.clear();
    },
  };
  return sim;
}

async function carryOut(sim: Simulation, activities: IntakeActivities, step: Exclude<IntakeStep, { kind: 'wait' }>) {
  const { world } = sim;
  switch (step.kind) {
    case 'rest':
      return sim.hear(onRested);
    case 'digest':
      throw new Error('There is no hour for a digest');
    case 'nudge':
      sim.hear((state) => onNudging(state, step.nudges));
      return activities.nudgeTasks({ nudges: step.nudges });
    case 'admit':
      for (const { key, title, blockedBy } of step.items) {
        const admission = await activities.admit({ project: 'DEMO', key, title, blockedBy });
        sim.hear((state) => onAdmitted(state, key, admission));
      }
      return;
    case 'sweep': {
      const input = askSweep(sim.state, world.clock);
      sim.hear(onSweepBegun);
      try {
        const found = await activities.sweep(input);
        sim.hear((state, at) => onSwept(state, input, found, at));
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        const trouble = { integration: 'Tracker', class: error.trouble, type: error.type, message: error.message };
        sim.hear((state, at) => onFailed(state, { wokenBy: input.wokenBy, trouble }, settings, at));
      }
    }
  }
}
