import { expect, it } from 'vitest';
import { sign } from '../../adapters/local/webhook/signature.ts';
import { projectWorkflowId, sweepSignal, taskWorkflowId } from '../../workflows/messages.ts';
import { SECRETS } from '../support/canaries.ts';
import { answerApproval, explain, outcomeOf } from './support/person.ts';
import { git } from './support/repository.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const RACERS = 50;
const world = useWorld();

it(
  `double-start: webhook, sweep, command and start racing, ${RACERS} at once, are one task, one branch, one pull request, one analyst run`,
  async () => {
    const { board, project, ports, client } = world();
    const key = await board.addCard({ project: project.key, title: 'Started often', body: '', by: 'ada' });
    // The card is in the entry state before anybody races, so that each of them alone would start it.
    await world().moveCard(key, 'entry');
    const racers = [
      () => postMoved(key),
      () => client.workflow.getHandle(projectWorkflowId(project.key)).signal(sweepSignal),
      () => ports.tasks.start(project.key, { key, title: 'Started often' }, 1),
    ];
    const race = Array.from({ length: RACERS }, async (_, n) => racers[n % racers.length]?.());
    const answers = await Promise.all(race);

    expect(answers.filter((answer) => answer === 'started').length).toBeLessThanOrEqual(1);
    expect(answers.filter((answer) => answer === 202)).toHaveLength(Math.ceil(RACERS / racers.length));
    await answerApproval(world(), key, 'approve');
    expect(await outcomeOf(world(), key)).toEqual('done');
    expect((await world().runs()).filter((run) => run.startsWith(`${key} analyst`))).toHaveLength(1);
    const branches = await git(world(), 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/task/');
    expect(branches.split('\n').filter((branch) => branch.startsWith(`task/${key}-`))).toHaveLength(1);
    const { pullRequest = 0, branch } = await explain(world(), key);
    expect(await ports.forge.pullRequest(project.repo, pullRequest)).toMatchObject({ branch });
    expect(await ports.forge.pullRequest(project.repo, pullRequest + 1)).toBeUndefined();
    expect(await runsOf(key)).toHaveLength(1);
  },
  TEST_MS,
);

/** As the local tracker tells that the card was moved; the endpoint's status. */
async function postMoved(key: string): Promise<number> {
  const { project, apiUrl } = world();
  const event = { event: 'card.moved', project: project.key, key, by: 'ada', at: Date.now() };
  const bytes = Buffer.from(JSON.stringify(event));
  const response = await fetch(`${apiUrl}/webhooks/local`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-conveyor-signature': sign(SECRETS.local, bytes) },
    body: bytes,
  });
  await response.body?.cancel();
  return response.status;
}

/** Every execution the workflow id ever had, by Temporal's own record of the first. */
async function runsOf(key: string): Promise<string[]> {
  const { runId, raw } = await world().client.workflow.getHandle(taskWorkflowId(key)).describe();
  return [...new Set([runId, raw.workflowExecutionInfo?.firstRunId ?? runId])];
}
