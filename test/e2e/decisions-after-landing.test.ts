import { describe, expect, it } from 'vitest';
import type { QuestionCause } from '../../domain/question.ts';
import { abortSignal, taskWorkflowId } from '../../workflows/messages.ts';
import { untilAsked } from './support/card.ts';
import { decide, explain, outcomeOf } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { git } from './support/repository.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const WORDS = 'mind the rounding';

// prettier-ignore
const LANDING = `
      - { name: development, work: 'agent: developer', leave: [ci], pass: ship, fail: development }
      - { name: ship, lane: release, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging], pass: live, fail: development }
      - { name: live, lane: release, prepare: land, enter: [fresh], work: 'action: promote', leave: [health], pass: done, fail: development, compensate: [restore, revert] }`;

describe('a decision after landing', () => {
  const refused = new Set<string>();
  const cancelled = new Set<string>();
  const world = useWorld({
    yaml: tableConfig(LANDING, { roles: ['developer'] }),
    ports: ({ environments }) => ({
      environments: {
        ...environments,
        deploy: async (deploy) => {
          const { deployId, environment } = deploy.release;
          const key = deployId.slice(0, deployId.indexOf('#'));
          if (!environment.endsWith('/production')) return environments.deploy(deploy);
          if (cancelled.delete(key)) await task(key).signal(abortSignal, { by: 'ada', reason: 'not wanted' });
          return refused.delete(key) ? { kind: 'refused', detail: 'not today' } : environments.deploy(deploy);
        },
      },
    }),
  });

  it(
    'retry of a deployment that production refused makes it again, and the task is done',
    async () => {
      const key = await landed(refused, 'landed');
      await decide(world(), key, { number: 1, answer: 'retry' });
      expect(await outcomeOf(world(), key)).toEqual('done');
      expect(await explain(world(), key)).toMatchObject({ ledger: { agentRuns: 1, total: 0 } });
    },
    TEST_MS,
  );

  it(
    'revert takes the base back, and the work begins again on a new branch',
    async () => {
      const before = await git(world(), 'rev-parse', 'main^{tree}');
      const key = await landed(refused, 'landed');
      expect(await git(world(), 'rev-parse', 'main^{tree}')).not.toEqual(before);
      await decide(world(), key, { number: 1, answer: 'revert', words: WORDS });
      expect(await outcomeOf(world(), key)).toEqual('done');
      const { branch, ledger } = await explain(world(), key);
      expect(branch).toMatch(/-2$/);
      expect(ledger.agentRuns).toEqual(2);
      expect((await world().prompts(key, 'developer'))[1]).toContain(WORDS);
    },
    TEST_MS,
  );

  it(
    'a cancel is a question once production is proven: finish is done',
    async () => {
      const key = await landed(cancelled, 'cancelled');
      const { question } = await explain(world(), key);
      expect(question).toMatchObject({ answers: ['retry', 'revert'] });
      expect(question?.why).toEqual(
        'ada asked to cancel after this landed, and it runs in production: finish or revert?',
      );
      const tip = await git(world(), 'rev-parse', 'main');
      await decide(world(), key, { number: 1, answer: 'retry' });
      expect(await outcomeOf(world(), key)).toEqual('done');
      expect(await git(world(), 'rev-parse', 'main')).toEqual(tip);
      expect((await cardOf(world(), key)).state).toEqual(world().project.states.done);
    },
    TEST_MS,
  );

  it(
    'a cancel, answered with revert: production and base are taken back, and the task ends aborted',
    async () => {
      const { ports, project } = world();
      const production = project.environments.production.name;
      const tree = await git(world(), 'rev-parse', 'main^{tree}');
      const running = await ports.environments.running(project.key, production);
      const key = await landed(cancelled, 'cancelled');
      expect((await ports.environments.running(project.key, production))?.digest).not.toEqual(running?.digest);
      await decide(world(), key, { number: 1, answer: 'revert' });
      expect(await outcomeOf(world(), key)).toEqual('aborted');
      expect(await git(world(), 'rev-parse', 'main^{tree}')).toEqual(tree);
      expect((await ports.environments.running(project.key, production))?.digest).toEqual(running?.digest);
      expect((await explain(world(), key)).end).toMatchObject({ by: 'ada' });
      expect((await cardOf(world(), key)).state).toEqual(project.states.cancelled);
    },
    TEST_MS,
  );

  /** A task to which this happens when production is deployed, up to its question. */
  async function landed(happens: Set<string>, cause: QuestionCause): Promise<string> {
    const { board, project } = world();
    const key = await board.addCard({ project: project.key, title: `After landing: ${cause}`, body: '', by: 'ada' });
    happens.add(key);
    await world().moveCard(key, 'entry');
    await untilAsked(world(), key);
    expect((await explain(world(), key)).question).toMatchObject({ cause });
    return key;
  }

  function task(key: string) {
    return world().client.workflow.getHandle(taskWorkflowId(key));
  }
});
