import { describe, expect, it } from 'vitest';
import type { CardRole } from '../../domain/card.ts';
import { CARD_ROLES } from '../../domain/card.ts';
import { abortSignal, nudgeSignal, taskWorkflowId } from '../../workflows/messages.ts';
import type { TaskView } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { count, moveTo, remarksOf, untilAsked, untilAtWork } from './support/card.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { calm } from './support/quick.ts';
import { cardOf } from './support/records.ts';
import type { Behaviour } from './support/script.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: analysis, work: 'agent: analyst', leave: [artifacts, approval, ci], pass: ship, fail: analysis }
      - { name: ship, lane: release, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging], pass: live, fail: analysis }
      - { name: live, lane: release, prepare: land, enter: [fresh], work: 'action: promote', leave: [health], pass: done, fail: analysis, compensate: [restore, revert] }`;

type Moved = CardRole | 'other';
const SITUATIONS = [
  'an agent works',
  'a gate waits',
  'an approval',
  'another question',
  'held',
  'in the lane',
] as const;
type Situation = (typeof SITUATIONS)[number];

/** What becomes of the task. `goes on`: it does what it did before. `!`: one comment says so, and never a second. */
type Effect = 'goes on' | 'goes on!' | 'approved' | 'rejected' | 'retried' | 'held' | 'held!' | 'lifted' | 'aborted';

// prettier-ignore
const TABLE: Record<Moved, Record<Situation, Effect>> = {
  entry:      { 'an agent works': 'goes on',  'a gate waits': 'goes on',  'an approval': 'goes on!', 'another question': 'retried',  held: 'lifted',  'in the lane': 'goes on' },
  asking:     { 'an agent works': 'held',     'a gate waits': 'held',     'an approval': 'goes on',  'another question': 'held',     held: 'held',    'in the lane': 'held' },
  approved:   { 'an agent works': 'goes on!', 'a gate waits': 'goes on!', 'an approval': 'approved', 'another question': 'goes on!', held: 'held!',   'in the lane': 'goes on!' },
  rejected:   { 'an agent works': 'goes on!', 'a gate waits': 'goes on!', 'an approval': 'rejected', 'another question': 'goes on!', held: 'held!',   'in the lane': 'goes on!' },
  needsInput: { 'an agent works': 'held',     'a gate waits': 'held',     'an approval': 'held',     'another question': 'goes on',  held: 'held',    'in the lane': 'held' },
  blocked:    { 'an agent works': 'held',     'a gate waits': 'held',     'an approval': 'held',     'another question': 'held',     held: 'held',    'in the lane': 'held' },
  done:       { 'an agent works': 'held!',    'a gate waits': 'held!',    'an approval': 'held!',    'another question': 'held!',    held: 'held!',   'in the lane': 'held!' },
  cancelled:  { 'an agent works': 'aborted',  'a gate waits': 'aborted',  'an approval': 'aborted',  'another question': 'aborted',  held: 'aborted', 'in the lane': 'aborted' },
  other:      { 'an agent works': 'held!',    'a gate waits': 'held!',    'an approval': 'held!',    'another question': 'held!',    held: 'held!',   'in the lane': 'held!' },
};

/** What one task is tried with, move by move: a hold is lifted before the next one. */
// prettier-ignore
const MOVES: Record<Situation, readonly (readonly Moved[])[]> = {
  'an agent works':   [['entry'], ['approved'], ['rejected'], ['asking'], ['needsInput'], ['blocked'], ['done'], ['other'], ['cancelled']],
  'a gate waits':     [['approved', 'entry', 'asking', 'blocked', 'other'], ['rejected', 'needsInput', 'done', 'cancelled']],
  'an approval':      [['entry', 'asking', 'needsInput', 'blocked', 'approved'], ['done', 'other', 'rejected'], ['cancelled']],
  'another question': [['approved', 'needsInput', 'asking', 'blocked', 'entry'], ['rejected', 'done', 'other', 'cancelled']],
  held:               [['asking', 'approved', 'rejected', 'needsInput', 'done', 'other', 'blocked', 'entry'], ['cancelled']],
  'in the lane':      [['approved', 'entry', 'asking', 'blocked', 'other'], ['rejected', 'needsInput', 'done', 'cancelled']],
};

const TRIED = SITUATIONS.flatMap((situation) =>
  MOVES[situation].map((roles) => ({
    situation,
    roles,
    moves: roles.map((role) => `to ${role}: ${TABLE[role][situation]}`).join(', '),
  })),
);

const LONG_MS = 150_000;
/** Many tasks at once: seldom enough to leave the machine to them. */
const POLL_MS = 200;

describe('a person moves the card', () => {
  const world = useWorld({
    yaml: tableConfig(ROWS, { roles: ['analyst'], project: '    policy: { requiredContexts: [outside] }' }),
    config: calm,
    // Nothing lands: who has come so far waits in the lane.
    ports: ({ policies }) => ({ policies: { ...policies, freeze: async () => ({ by: 'ops', reason: 'a test' }) } }),
  });

  it('is tried with every state in every situation', () => {
    for (const situation of SITUATIONS)
      expect(MOVES[situation].flat().toSorted()).toEqual([...CARD_ROLES, 'other'].toSorted());
  });

  it.concurrent.each(TRIED)(
    '$situation, $moves',
    async ({ situation, roles }) => {
      const key = await enterUntil(situation, roles);
      for (const [at, role] of roles.entries()) {
        const last = at === roles.length - 1;
        const held = await moved(key, { situation, role });
        if (held && !last && situation !== 'held') await lifted(key, situation);
      }
      await task(key)
        .signal(abortSignal, { by: 'the end of the test' })
        .catch(() => undefined);
    },
    TEST_MS,
  );

  type Move = { situation: Situation; role: Moved };

  /** Moves the card, sees what the table says, once; says whether the task is on hold now. */
  async function moved(key: string, move: Move): Promise<boolean> {
    const effect = TABLE[move.role][move.situation];
    const before = await explain(world(), key);
    const said = (await remarksOf(world(), key)).length + (effect.endsWith('!') ? 1 : 0);
    await moveTo(world(), key, move.role);
    await looked(key);
    // An agent at work ends now, if it has not before: what we have to say waits for that.
    await world().release(`released-${key}`);
    await EFFECTS[effect.replace('!', '')]?.(key, move, before);
    const told = async (): Promise<boolean> => (await remarksOf(world(), key)).length === said;
    await waitFor(told, `${said} comments on ${key}`, LONG_MS, 80);
    if (effect === 'aborted') return false;

    // However often it is looked at afterwards, the move has been acted on, and told.
    const { question, ledger } = await explain(world(), key);
    await looked(key);
    const after = await explain(world(), key);
    expect({ question: after.question?.number, runs: after.ledger.agentRuns }).toEqual({
      question: question?.number,
      runs: ledger.agentRuns,
    });
    expect(await remarksOf(world(), key)).toHaveLength(said);
    return after.status === 'held';
  }

  /** The task is where it was before it was held. */
  async function lifted(key: string, situation: Situation): Promise<void> {
    await moveTo(world(), key, 'entry');
    await until(world(), key, 'the end of the hold', ({ status }) => status !== 'held');
    if (situation === 'an approval') await untilCard(key, 'asking');
    if (situation === 'another question') await untilCard(key, 'needsInput');
  }

  type Check = (key: string, move: Move, before: TaskView) => Promise<void>;

  const EFFECTS: Record<string, Check> = {
    'goes on': async (key, { situation }, before) => {
      const number = situation === 'an agent works' ? 1 : before.question?.number;
      const { stage, ledger } = await until(world(), key, 'it goes on', ({ status, question }) => {
        return question?.number === number && (question?.told ?? 'told') === 'told' && status !== 'held';
      });
      expect({ stage, runs: ledger.agentRuns }).toEqual({ stage: before.stage, runs: 1 });
      if (situation === 'an approval') await untilCard(key, 'asking');
    },
    held: async (key, { situation }, before) => {
      const runs = situation === 'an agent works' || situation === 'held' ? 1 : before.ledger.agentRuns;
      const view = await until(world(), key, 'the hold', ({ status, ledger }) => {
        return status === 'held' && ledger.agentRuns === runs;
      });
      expect(view.sentence).toMatch(situation === 'held' ? /^held by bob/ : /^held by ada/);
      expect(view.question?.number).toEqual(before.question?.number);
    },
    lifted: async (key) => {
      await untilAsked(world(), key);
      expect(await explain(world(), key)).toMatchObject({ ledger: { agentRuns: 1 }, status: 'asking' });
    },
    approved: async (key) => {
      const view = await until(world(), key, 'the gate', ({ status, ledger }) => {
        return status === 'waiting' && ledger.approvals === 1;
      });
      expect(view.closed).toMatchObject([{ number: 1, how: 'answered: approve by ada' }]);
      await untilCard(key, 'entry');
    },
    rejected: async (key) => {
      await untilAsked(world(), key, 2);
      const view = await explain(world(), key);
      expect(view).toMatchObject({ ledger: { approvals: 0, total: 0, agentRuns: 2 } });
      expect(view.closed).toMatchObject([{ number: 1, how: 'answered: reject by ada' }]);
    },
    retried: async (key) => {
      await untilAsked(world(), key, 2);
      const view = await explain(world(), key);
      expect(view).toMatchObject({ ledger: { total: 0, agentRuns: 2 } });
      expect(view.closed).toMatchObject([{ number: 1, how: 'answered: retry by ada' }]);
    },
    aborted: async (key, { situation }) => {
      expect(await outcomeOf(world(), key)).toEqual('aborted');
      const { end, log } = await explain(world(), key);
      expect(end).toMatchObject({ by: 'ada' });
      expect((await cardOf(world(), key)).state).toEqual(world().project.states.cancelled);
      if (situation === 'an agent works' || situation === 'held') expect(log).toEqual([]);
    },
  };

  async function enterUntil(situation: Situation, roles: readonly Moved[]): Promise<string> {
    const title = `${situation}: ${roles.join(', ')}`;
    switch (situation) {
      case 'an agent works':
      case 'held': {
        const key = await world().enter({ title, script: { analyst: [{ waitFor: 'released-{key}' }] } });
        await untilAtWork(world(), key, 'analyst');
        if (situation === 'held') await moveTo(world(), key, 'blocked', 'bob');
        if (situation === 'held') await until(world(), key, 'the hold', ({ status }) => status === 'held');
        return key;
      }
      case 'another question': {
        const ask: Behaviour = { verdict: 'needs-input', summary: 'which greeting?' };
        const key = await world().enter({ title, script: { analyst: [ask] } });
        await untilAsked(world(), key);
        return key;
      }
      case 'an approval': {
        const key = await world().enter({ title });
        await untilAsked(world(), key);
        return key;
      }
      case 'a gate waits': {
        const key = await enterUntil('an approval', roles);
        await decide(world(), key, { number: 1, answer: 'approve' });
        await until(world(), key, 'the gate', ({ status, sentence }) => {
          return status === 'waiting' && sentence.includes('outside');
        });
        return key;
      }
      case 'in the lane': {
        const key = await enterUntil('a gate waits', roles);
        const { subjects } = await explain(world(), key);
        const green = { context: 'outside', state: 'success', description: 'fine' } as const;
        await world().forge.setStatus(world().project.repo, subjects.head ?? '', green);
        await until(world(), key, 'the lane', ({ stage, status }) => stage === 'ship' && status === 'waiting');
        return key;
      }
    }
  }

  /** One look at the card more than before. */
  async function looked(key: string): Promise<void> {
    const look = 'look at the card';
    const before = await count(world(), key, look);
    await task(key).signal(nudgeSignal, { source: 'tracker' });
    const again = async (): Promise<boolean> => {
      const ended = (await explain(world(), key)).end !== undefined;
      return ended || (await count(world(), key, look)) > before;
    };
    await waitFor(again, `a look at the card of ${key}`, LONG_MS, POLL_MS);
  }

  async function untilCard(key: string, role: CardRole): Promise<void> {
    const there = async (): Promise<boolean> => (await cardOf(world(), key)).state === world().project.states[role];
    await waitFor(there, `${key} in ${role}`, LONG_MS, POLL_MS);
  }

  function task(key: string) {
    return world().client.workflow.getHandle(taskWorkflowId(key));
  }
});
