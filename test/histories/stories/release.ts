/** What a task goes through from its lane to its end. */

import { PortError } from '../../../activities/ports.ts';
import { fail, inconclusive, pending, stale } from '../../../domain/verdict.ts';
import { abortSignal, pauseSignal, resumeSignal } from '../../../workflows/messages.ts';
import { until } from '../../e2e/support/person.ts';
import { rowsOf } from '../../support/rehearsal/rehearsal.ts';
import type { TaskStory } from './actor.ts';
import { answer, move } from './actor.ts';

const RELEASED = rowsOf('development', 'deploy-staging', 'deploy');

export const RELEASE_STORIES: readonly TaskStory[] = [
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
];
