/** Every kind of wait a task can be in: how it comes into it, and what brings it out. */

import { expect } from 'vitest';
import { PortError } from '../../../activities/ports.ts';
import type { Pipeline } from '../../../domain/pipeline.ts';
import { asks, fail, pending } from '../../../domain/verdict.ts';
import { abortSignal, pauseSignal, resumeSignal } from '../../../workflows/messages.ts';
import type { TaskView } from '../../../workflows/messages.ts';
import type { Part } from '../../support/rehearsal/part.ts';
import type { Rehearsal } from '../../support/rehearsal/rehearsal.ts';
import { rowsOf } from '../../support/rehearsal/rehearsal.ts';
import { decide, explain, until } from './person.ts';

export type Gate = { open: boolean };
/** The task a wait is rehearsed with. `gate` is what its part waits for. */
export type Actor = { rehearsal: Rehearsal; key: string; gate: Gate };

export type Wait = {
  name: string;
  pipeline?: Pipeline;
  part: (gate: Gate) => Part;
  /** Only nudges wake it. */
  wakes?: 'nudges';
  /** What people do so that it waits. */
  begin?: (actor: Actor) => Promise<unknown>;
  waits: (view: TaskView) => boolean;
  /** What its state holds while it waits, among the rest. */
  carries: object;
  /** Ends the wait. */
  end: (actor: Actor) => Promise<unknown> | void;
};

const DELIVERY = rowsOf('development', 'deploy-staging', 'deploy');
const WITH_APPROVAL = rowsOf('analysis', 'development', 'deploy-staging', 'deploy');
const HOUR = 3_600_000;

/** `pending` at this gate until it is opened. */
function closed(name: string, what = 'unit on the head'): (gate: Gate) => Part {
  return (gate) => ({ judge: (judged) => (judged === name && !gate.open ? pending(what) : undefined) });
}

function open({ gate }: Actor): void {
  gate.open = true;
}

export async function asked({ rehearsal, key }: Actor): Promise<number> {
  const view = await until(rehearsal, key, 'a question', ({ question }) => question?.told === 'told');
  return view.question?.number ?? 0;
}

async function move({ rehearsal, key }: Actor, role: 'blocked' | 'entry'): Promise<void> {
  rehearsal.card(key).move(role);
  await rehearsal.handle(key).signal('nudge', { source: 'tracker' });
}

const needsInput: Part['agent'] = (_role, run) =>
  run === 1 ? { verdict: 'needs-input', summary: 'which greeting?' } : {};

const away = new PortError('Forge.Unavailable', 'the forge answers 502', 'transient');

export const WAITS: readonly Wait[] = [
  {
    name: 'a gate after a bounce, with findings',
    part: (gate) => ({
      judge: (name, look) =>
        name === 'ci' && look === 1 ? fail('it is red') : closed('ci')(gate).judge?.(name, look, undefined as never),
    }),
    waits: ({ status, ledger }) => status === 'waiting' && ledger.total === 1,
    carries: {
      ledger: { bounces: { 'development/ci': 1 }, total: 1, agentRuns: 2 },
      findings: [{ text: 'it is red' }],
      counters: { attempt: 2, question: 0, branch: 0 },
      pullRequest: 1,
    },
    end: open,
  },
  {
    name: 'trouble with an integration',
    part: (gate) => ({
      judge: (name) => {
        if (name === 'merge' && !gate.open) throw away;
        return undefined;
      },
    }),
    waits: ({ trouble }) => trouble !== undefined,
    carries: { trouble: { type: 'Forge.Unavailable', class: 'transient' }, wait: { why: 'trouble' }, pullRequest: 1 },
    end: open,
  },
  {
    name: "a provider's quota",
    part: () => ({ agent: () => ({ exit: { kind: 'quota', until: Date.now() + HOUR, detail: 'back soon' } }) }),
    wakes: 'nudges',
    waits: ({ status }) => status === 'waiting',
    carries: { wait: { why: 'quota' }, position: { stage: 'development', phase: 'work' } },
    end: async ({ rehearsal, key }) => {
      // It comes when it was said to come, however often it was begun anew.
      const { nextLookAt = 0, log } = await explain(rehearsal, key);
      expect(nextLookAt).toBeLessThan((log[0]?.at ?? 0) + HOUR + 1_000);
      await rehearsal.handle(key).signal(abortSignal, { by: 'ada' });
    },
  },
  {
    name: 'a question of which somebody was reminded',
    pipeline: { ...DELIVERY, looks: { ...DELIVERY.looks, remindMs: [1, HOUR] } },
    part: () => ({ agent: needsInput }),
    waits: ({ question }) => question?.reminded === 1,
    carries: { question: { number: 1, mode: 'silent', told: 'told', reminded: 1 }, counters: { question: 1 } },
    end: (actor) => decide(actor.rehearsal, actor.key, { number: 1, answer: 'retry', words: 'the friendly one' }),
  },
  {
    name: 'a question that keeps reading',
    pipeline: withLimit(DELIVERY, 'ci', 60),
    part: closed('ci'),
    waits: ({ question }) => question?.told === 'told',
    carries: { question: { number: 1, mode: 'reading', gate: 'ci' }, wait: { why: 'gate' } },
    end: open,
  },
  {
    name: 'an approval after a rejection',
    pipeline: WITH_APPROVAL,
    part: () => ({
      judge: (name, _look, { approvals }) => {
        if (name !== 'approval') return undefined;
        const given = approvals.at(-1);
        if (given?.answer === 'reject') return fail(given.words ?? 'rejected');
        return given ? undefined : asks('Approve the documents?');
      },
    }),
    begin: async (actor) => {
      await decide(actor.rehearsal, actor.key, { number: await asked(actor), answer: 'reject', words: 'say why' });
    },
    waits: ({ question }) => question?.number === 2 && question.told === 'told',
    carries: {
      question: { number: 2, cause: 'approval', told: 'told' },
      closed: [{ number: 1, how: expect.stringContaining('reject by ada') }],
      findings: [{ text: expect.stringContaining('say why') }],
    },
    end: (actor) => decide(actor.rehearsal, actor.key, { number: 2, answer: 'approve' }),
  },
  {
    name: 'a hold',
    part: closed('ci'),
    begin: async (actor) => {
      await until(actor.rehearsal, actor.key, 'its checks', ({ status }) => status === 'waiting');
      await move(actor, 'blocked');
    },
    waits: ({ status }) => status === 'held',
    carries: { hold: { by: 'ada' }, cardAt: expect.any(Number) },
    end: async (actor) => {
      open(actor);
      await move(actor, 'entry');
    },
  },
  {
    name: 'a pause',
    part: closed('merge', 'the approvals'),
    begin: async ({ rehearsal, key }) => {
      await until(
        rehearsal,
        key,
        'its gate',
        ({ stage, status }) => stage === 'deploy-staging' && status === 'waiting',
      );
      await rehearsal.handle(key).signal(pauseSignal, { by: 'ada', reason: 'a fair' });
    },
    waits: ({ status }) => status === 'paused',
    carries: { pause: { by: 'ada', reason: 'a fair' }, position: { stage: 'deploy-staging', phase: 'prepare' } },
    end: async (actor) => {
      open(actor);
      await actor.rehearsal.handle(actor.key).signal(resumeSignal, { by: 'ada' });
    },
  },
  {
    name: 'a question, held and paused at the same time',
    part: () => ({ agent: needsInput }),
    begin: async (actor) => {
      await asked(actor);
      await actor.rehearsal.handle(actor.key).signal(pauseSignal, { by: 'ada' });
      await move(actor, 'blocked');
    },
    waits: ({ status }) => status === 'held',
    carries: { pause: { by: 'ada' }, hold: { by: 'ada' }, question: { number: 1 } },
    end: async (actor) => {
      await actor.rehearsal.handle(actor.key).signal(resumeSignal, { by: 'ada' });
      await move(actor, 'entry');
      await until(actor.rehearsal, actor.key, 'the question', ({ status }) => status === 'asking');
      await decide(actor.rehearsal, actor.key, { number: 1, answer: 'retry', words: 'the friendly one' });
    },
  },
  {
    name: 'a freeze, with a waiver and the lane',
    part: (gate) => ({
      judge: (name, look, input) => {
        const accepted = input.acceptances.some((one) => one.gate === name);
        if (name === 'protected-paths' && !accepted) return fail('.ci/run differs');
        return closed('merge', 'ada to lift the freeze: a fair')(gate).judge?.(name, look, input);
      },
    }),
    begin: async (actor) => {
      const number = await asked(actor);
      await decide(actor.rehearsal, actor.key, { number, answer: 'accept', words: 'I wrote it' });
    },
    waits: ({ stage, status }) => stage === 'deploy-staging' && status === 'waiting',
    carries: {
      acceptances: [{ gate: 'protected-paths', reason: 'I wrote it', by: 'ada' }],
      lease: { lane: 'release' },
      passed: [{ gate: 'ci' }, { gate: 'protected-paths' }],
    },
    end: open,
  },
  {
    name: 'production after landing',
    part: closed('fresh'),
    waits: ({ stage, status }) => stage === 'deploy' && status === 'waiting',
    carries: {
      landed: { candidate: expect.any(String), base: expect.any(String) },
      lease: { lane: 'release' },
      subjects: { artifact: { image: 'product' }, staged: { environment: 'bench/staging' } },
    },
    end: open,
  },
  {
    name: 'a release that is being taken back',
    part: (gate) => ({
      judge: (name, look) => (name === 'health' && look === 1 ? fail('it answers 500') : undefined),
      act: (action) => {
        if (action === 'restore' && !gate.open) throw new PortError('Deploy.Away', 'no answer', 'transient');
        return undefined;
      },
    }),
    waits: ({ trouble }) => trouble !== undefined,
    carries: {
      compensating: { gate: 'health' },
      landed: expect.anything(),
      position: { phase: 'compensate', index: 0 },
    },
    end: open,
  },
  {
    name: 'a tracker that does not take the last state',
    part: (gate) => ({
      before: (name) => {
        if (name === 'writeCard' && !gate.open) throw new PortError('Tracker.Away', 'no answer', 'transient');
      },
    }),
    waits: ({ trouble, end }) => trouble !== undefined && end !== undefined,
    carries: { end: { outcome: 'done' }, wait: { why: 'trouble' } },
    end: open,
  },
];

export { DELIVERY, WITH_APPROVAL };

function withLimit(pipeline: Pipeline, name: string, limitMs: number): Pipeline {
  const limit = (gates: Pipeline['stages'][number]['leave']) =>
    gates.map((gate) => (gate.gate === name ? { ...gate, limitMs } : gate));
  return { ...pipeline, stages: pipeline.stages.map((stage) => ({ ...stage, leave: limit(stage.leave) })) };
}
