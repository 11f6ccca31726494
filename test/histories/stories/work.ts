/** What a task goes through on its way to the lane, and all of it once. */

import { PortError } from '../../../activities/ports.ts';
import { asks, fail, pending } from '../../../domain/verdict.ts';
import { decideSignal, nudgeSignal } from '../../../workflows/messages.ts';
import { decide, until } from '../../e2e/support/person.ts';
import { quickPipeline, rowsOf } from '../../support/rehearsal/rehearsal.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Gate, TaskStory } from './actor.ts';
import { answer, asked, move } from './actor.ts';

const HOUR = 3_600_000;
const WORK = rowsOf('development');
const REVIEWED = rowsOf('development', 'review', 'testing');
const away = new PortError('Forge.Unavailable', 'the forge answers 502', 'transient');

export const WORK_STORIES: readonly TaskStory[] = [
  {
    name: 'happy-path',
    outcome: 'done',
    story: () => ({ judge: (gate, look) => (gate === 'ci' && look === 1 ? pending('unit on the head') : undefined) }),
    play: (actor) => answer(actor, 'approve'),
  },
  {
    name: 'rework',
    outcome: 'done',
    story: () => ({
      pipeline: REVIEWED,
      agent: (role, run) => (role === 'tester' && run === 1 ? { verdict: 'fail' } : {}),
      judge: (gate, look) => {
        const fails = gate === 'ci' ? look <= 2 : (gate === 'review' || gate === 'tests') && look === 1;
        return fails ? fail(`${gate} is red`) : undefined;
      },
    }),
  },
  {
    name: 'question',
    outcome: 'done',
    story: () => ({
      pipeline: { ...WORK, looks: { ...WORK.looks, remindMs: [1, HOUR] } },
      notices: 'owed',
      agent: (_role, run) => (run === 1 ? { verdict: 'needs-input', summary: 'which greeting?' } : {}),
    }),
    play: async (actor) => {
      await until(actor.rehearsal, actor.key, 'the reminder', ({ question }) => question?.reminded === 1);
      await answer(actor, 'retry', 'the friendly one');
    },
  },
  {
    name: 'question-that-closes-itself',
    outcome: 'done',
    story: (gate) => ({
      pipeline: {
        ...WORK,
        stages: WORK.stages.map((row) => ({ ...row, leave: row.leave.map((one) => ({ ...one, limitMs: 1 })) })),
      },
      judge: (name) => (name === 'ci' && !gate.open ? pending('unit on the head') : undefined),
    }),
    play: async (actor) => {
      await asked(actor, 1);
      actor.gate.open = true;
    },
  },
  {
    name: 'decisions',
    outcome: 'done',
    story: () => ({
      pipeline: rowsOf('analysis', 'architecture', 'development'),
      judge: (gate, look, { approvals, acceptances }) => {
        const given = approvals.at(-1)?.answer;
        if (gate === 'approval') return given === 'reject' ? fail('say why') : undefined;
        if (gate === 'artifacts' && look === 3) return asks('Which of the two designs?');
        return gate === 'protected-paths' && acceptances.length === 0 ? fail('.ci/run differs') : undefined;
      },
    }),
    play: async (actor) => {
      const { rehearsal, key } = actor;
      await asked(actor, 1);
      await rehearsal.handle(key).signal(decideSignal, { number: 1, answer: 'reject', words: 'why?', by: 'ada' });
      await answer(actor, 'approve', undefined, 2);
      await asked(actor, 3);
      await decide(rehearsal, key, { number: 3, answer: 'back', stage: 'analysis', words: 'once more' });
      await answer(actor, 'accept', 'I wrote it', 4);
    },
  },
  {
    name: 'held',
    outcome: 'done',
    story: (gate) => ({
      pipeline: WORK,
      judge: (name) => (name === 'ci' && !gate.open ? pending('unit on the head') : undefined),
    }),
    play: async (actor) => {
      const { rehearsal, key } = actor;
      await until(rehearsal, key, 'its checks', ({ status }) => status === 'waiting');
      await move(actor, 'done');
      const told = (): boolean => rehearsal.card(key).told().length > 0;
      await until(rehearsal, key, 'the hold', ({ status }) => status === 'held');
      await waitFor(told, 'what the move means', 60_000, 40);
      actor.gate.open = true;
      await move(actor, 'entry');
    },
  },
  {
    name: 'cancel',
    outcome: 'aborted',
    story: (gate) => ({ pipeline: WORK, agent: () => atWork(gate) }),
    play: async (actor) => {
      await waitFor(() => actor.gate.open, 'its agent', 60_000, 40);
      await move(actor, 'cancelled');
    },
  },
  {
    name: 'trouble',
    outcome: 'done',
    story: () => {
      let writes = 0;
      return {
        pipeline: WORK,
        judge: (gate, look) => {
          // Three tries of the first look and one of the second.
          if (gate === 'ci' && look <= 4) throw away;
          return undefined;
        },
        before: (name) => {
          if (name === 'writeCard' && ++writes === 1) throw new PortError('Tracker.Unauthorized', 'no', 'auth');
        },
      };
    },
  },
  {
    name: 'quota',
    outcome: 'done',
    story: () => ({
      pipeline: WORK,
      agent: (_role, run) =>
        run === 1 ? { exit: { kind: 'quota', until: Date.now() + 3_000, detail: 'back soon' } } : {},
    }),
    play: async ({ rehearsal, key }) => {
      await until(rehearsal, key, 'its quota', ({ status }) => status === 'waiting');
      await rehearsal.handle(key).signal(nudgeSignal, { source: 'forge' });
    },
  },
  {
    name: 'inconclusive',
    outcome: 'done',
    story: () => ({
      pipeline: WORK,
      agent: (_role, run) => (run <= 2 ? { exit: { kind: 'crashed', detail: 'status 139' } } : {}),
    }),
    play: (actor) => answer(actor, 'retry'),
  },
  {
    name: 'nudges',
    outcome: 'done',
    story: (gate) => ({
      pipeline: {
        ...WORK,
        stages: WORK.stages.map((row) => ({
          ...row,
          leave: row.leave.map((one) => ({ ...one, pollMs: { first: HOUR, longest: HOUR } })),
        })),
      },
      agent: async () => {
        await held(gate);
        return {};
      },
      before: (name) => {
        if (name === 'readCard') gate.open = false;
      },
      judge: async (name, look) => {
        if (name !== 'ci' || look > 2) return undefined;
        if (look === 2) await held(gate);
        return pending('unit on the head');
      },
    }),
    play: async ({ rehearsal, key, gate }) => {
      await waitFor(() => gate.open, 'its agent', 60_000, 40);
      const nudge = (source: 'tracker' | 'forge'): Promise<void> =>
        rehearsal.handle(key).signal(nudgeSignal, { source });
      await nudge('tracker');
      await until(rehearsal, key, 'its checks', ({ status }) => status === 'waiting');
      await nudge('forge');
      await waitFor(() => gate.open, 'the second look', 60_000, 40);
      // While it looks: debounced, and answered by the third.
      await nudge('forge');
      gate.open = false;
    },
  },
  {
    name: 'continue-as-new',
    outcome: 'done',
    story: () => ({
      pipeline: quickPipeline(),
      continueAfterEvents: 60,
      judge: (gate, look) => (gate === 'ci' && look <= 3 ? pending('unit on the head') : undefined),
    }),
    play: (actor) => answer(actor, 'approve'),
  },
];

/** Works until somebody shuts the gate again. */
async function held(gate: Gate): Promise<void> {
  gate.open = true;
  await waitFor(() => !gate.open, 'what the story waits for', 60_000);
}

async function atWork(gate: Gate): Promise<never> {
  gate.open = true;
  return new Promise<never>(() => undefined);
}
