import { describe, expect, inject, it } from 'vitest';
import { PortError } from '../../activities/ports.ts';
import type { IntakeState } from '../../domain/intake/state.ts';
import { freezeUpdate, projectWorkflowId, troubleSignal } from '../../workflows/messages.ts';
import { keep, playIntake } from '../histories/stories/intake.ts';
import { withRehearsal } from '../support/rehearsal/rehearsal.ts';
import { intakeRunsOf } from '../support/rehearsal/runs.ts';
import { waitFor } from '../support/wait-for.ts';
import { TEST_MS } from './support/use-open.ts';

const RUNS = 3;

describe('an intake that continues as new after every sweep', () => {
  it(
    'keeps who waits and why, open runs, freeze, incidents, what operators are owed, and whom it has to nudge',
    async () => {
      const { activities, world, put } = keep();
      await withRehearsal(inject('temporal'), { activities }, async ({ client, project, queues }) => {
        const intake = client.workflow.getHandle(projectWorkflowId(project));
        const runs = () => intakeRunsOf({ client }, project);
        const away = new PortError('Notify.Refused', 'no', 'auth');
        await playIntake(
          {
            name: 'all at once',
            continueAfterEvents: 8,
            play: async ({ sweep, until }) => {
              put('HISTORY-1', 'entry');
              put('HISTORY-9', 'blocked');
              put('HISTORY-2', 'entry', ['HISTORY-9']);
              await sweep();
              await until('one open and one blocked', ({ open, waiting }) => open === 1 && waiting.length === 1);
              world.trouble.set('notifier.send', away);
              world.trouble.set('tasks.nudge', new PortError('Temporal.Unreachable', 'no', 'auth'));
              const report = { integration: 'Gitea', class: 'transient', type: 'Gitea.Away', message: '502' } as const;
              await intake.signal(troubleSignal, { key: 'HISTORY-1', ...report });
              await intake.executeUpdate(freezeUpdate, { args: [{ by: 'ada', reason: 'a fair' }] });
              put('HISTORY-1', 'blocked');
              put('HISTORY-3', 'entry');
              await sweep();
              await until('all of it', ({ waiting, incidents }) => waiting.length === 2 && incidents.length === 2);

              const before = (await runs()).length;
              // A nudge that fails is a failed pass: it tries again by itself, and each time a run ends.
              const after = await waitFor(
                async () => {
                  await sweep();
                  const all = await runs();
                  return all.length >= before + RUNS && all.slice(before);
                },
                `${RUNS} more runs`,
                60_000,
                40,
              );
              const states = after.flatMap(({ continued }) => continued?.state ?? []);
              for (const state of states) expect(settled(state)).toEqual(settled(states[0]));
              expect(states[0]).toMatchObject({
                open: { 'HISTORY-1': 1 },
                waiting: [{ key: 'HISTORY-2', why: { kind: 'blocked', by: ['HISTORY-9'] } }, { key: 'HISTORY-3' }],
                freeze: { by: 'ada', reason: 'a fair' },
                toNudge: [{ key: 'HISTORY-1' }],
                incidents: [{ integration: 'Gitea', seenBy: ['HISTORY-1'] }, { integration: 'Temporal' }],
                owed: [{ marker: `project/${project}/incident/1/opened` }, {}],
                stats: { started: 1 },
              });

              world.trouble.clear();
              await sweep();
              await waitFor(() => world.nudged.includes('HISTORY-1'), 'the nudge', 60_000, 40);
              await waitFor(() => world.sent.has(`project/${project}/incident/1/opened`), 'the notice', 60_000, 40);
            },
          },
          { client, project, queues },
          { world, put },
        );
        expect(world.nudged).toEqual(['HISTORY-1']);
        await intake.terminate();
      });
    },
    TEST_MS,
  );
});

const OF_A_SWEEP = ['nextSweepAt', 'triedAt', 'lastSweepAt', 'watermark', 'overlap', 'asked', 'pass'];

/** Without what every sweep moves on. */
function settled(state: IntakeState | undefined): unknown {
  return Object.fromEntries(Object.entries(state ?? {}).filter(([name]) => !OF_A_SWEEP.includes(name)));
}
