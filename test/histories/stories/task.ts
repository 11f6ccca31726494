/** What tasks go through so that their histories, taken together, hold every command a workflow can issue. */

import { PortError } from '../../../activities/ports.ts';
import { asks, fail, inconclusive, pending, stale } from '../../../domain/verdict.ts';
import { abortSignal, decideSignal, nudgeSignal, pauseSignal, resumeSignal } from '../../../workflows/messages.ts';
import { decide, until } from '../../e2e/support/person.ts';
import type { Rehearsal, Story } from '../../support/rehearsal/rehearsal.ts';
import { quickPipeline, rowsOf } from '../../support/rehearsal/rehearsal.ts';
import { waitFor } from '../../support/wait-for.ts';

type Gate = { open: boolean };
export type Actor = { rehearsal: Rehearsal; key: string; gate: Gate };

export type TaskStory = {
  name: string;
  outcome: 'done' | 'aborted';
  /** `gate` is opened by what people do. */
  story: (gate: Gate) => Story;
  play?: (actor: Actor) => Promise<unknown>;
};

const HOUR = 3_600_000;
const WORK = rowsOf('development');
const REVIEWED = rowsOf('development', 'review', 'testing');
const RELEASED = rowsOf('development', 'deploy-staging', 'deploy');
const away = new PortError('Forge.Unavailable', 'the forge answers 502', 'transient');

export const TASK_STORIES: readonly TaskStory[] = [
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
    name: 'taken-back',
    outcome: 'done',
    story: () => ({
      pipeline: RELEASED,
      judge: (gate, look) => {
        if (gate !== 'health' || look > 2) return undefined;
        return look === 1 ? pending('the window') : fail('it answers 500');
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
    name: 'paused',
    outcome: 'done',
    story: (gate) => ({
      pipeline: RELEASED,
      judge: (name) => (name === 'merge' && !gate.open ? pending('ada to lift the freeze') : undefined),
    }),
    play: async ({ rehearsal, key, gate }) => {
      await until(
        rehearsal,
        key,
        'the freeze',
        ({ stage, status }) => stage === 'deploy-staging' && status === 'waiting',
      );
      await rehearsal.handle(key).signal(pauseSignal, { by: 'ada' });
      await until(rehearsal, key, 'the pause', ({ status }) => status === 'paused');
      gate.open = true;
      await rehearsal.handle(key).signal(resumeSignal, { by: 'ada' });
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
    name: 'cancel-after-landing',
    outcome: 'done',
    story: (gate) => ({
      pipeline: RELEASED,
      judge: (name) => (name === 'fresh' && !gate.open ? pending('the registry') : undefined),
    }),
    play: async (actor) => {
      const { rehearsal, key, gate } = actor;
      await until(rehearsal, key, 'its registry', ({ stage, status }) => stage === 'deploy' && status === 'waiting');
      await rehearsal.handle(key).signal(abortSignal, { by: 'ada' });
      gate.open = true;
      await answer(actor, 'retry');
    },
  },
  {
    name: 'cancel-unread',
    outcome: 'done',
    story: (gate) => {
      let looks = 0;
      return {
        pipeline: RELEASED,
        judge: (name) => (name === 'fresh' && !gate.open ? pending('the registry') : undefined),
        before: (name) => {
          if (name !== 'readCard' || ++looks > 1) return;
          gate.open = true;
          throw new PortError('Tracker.Unauthorized', 'no', 'auth');
        },
      };
    },
    play: async (actor) => {
      const { rehearsal, key } = actor;
      await until(rehearsal, key, 'its registry', ({ stage, status }) => stage === 'deploy' && status === 'waiting');
      await move(actor, 'cancelled');
      await answer(actor, 'retry');
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
    name: 'stale',
    outcome: 'done',
    story: () => ({
      pipeline: rowsOf('development', 'review', 'deploy-staging'),
      judge: (gate, look) => {
        if (gate === 'merge' && look === 1) return stale('a person pushed', { head: 'f'.repeat(40) });
        // No review of the new head: that starts one.
        return gate === 'review' && look === 2 ? inconclusive('no review of this head') : undefined;
      },
    }),
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

function asked({ rehearsal, key }: Actor, number: number): Promise<unknown> {
  return until(rehearsal, key, `question ${number}`, ({ question }) => {
    return question?.number === number && question.told === 'told';
  });
}

async function answer(actor: Actor, given: 'approve' | 'accept' | 'retry', words?: string, number = 1): Promise<void> {
  await asked(actor, number);
  await decide(actor.rehearsal, actor.key, { number, answer: given, ...(words === undefined ? {} : { words }) });
}

async function move({ rehearsal, key }: Actor, role: 'blocked' | 'done' | 'entry' | 'cancelled'): Promise<void> {
  rehearsal.card(key).move(role);
  await rehearsal.handle(key).signal(nudgeSignal, { source: 'tracker' });
}
