import type { Client } from '@temporalio/client';
import type { IntakeRead } from '../intake.ts';
import { readIntake } from '../intake.ts';
import { sayIncident } from '../say-incident.ts';
import type { Check } from './check.ts';
import { fail, ok, orFail, warn } from './check.ts';

/** Whether each project lets items in: its workflow runs, nobody froze it, nothing is unwell. */
export async function checkIntakes(client: Client, projects: readonly string[]): Promise<Check[]> {
  const found: Check[] = [];
  for (const project of projects) {
    const name = `intake of ${project}`;
    const more: Check[] = [];
    const check = await orFail(name, async () => {
      const read = await readIntake(client, project);
      more.push(...freezeChecks(project, read), ...incidentChecks(project, read), ...untoldChecks(project, read));
      return intakeCheck(name, read);
    });
    found.push(check, ...more);
  }
  return found;
}

function intakeCheck(name: string, read: IntakeRead): Check {
  switch (read.kind) {
    case 'absent':
      return fail(name, 'does not run: no item is let in', 'conveyor setup');
    case 'recorded':
      return warn(name, `runs, but ${read.why}`, 'conveyor dev, or start a worker');
    case 'answered': {
      const { open, wip, waiting } = read.view;
      const limit = wip === undefined ? '' : ` of at most ${wip}`;
      return ok(name, `runs: ${open} open${limit}, ${waiting.length} waiting to be let in`);
    }
  }
}

function freezeChecks(project: string, read: IntakeRead): Check[] {
  const freeze = read.kind === 'answered' ? read.view.freeze : read.kind === 'recorded' ? read.freeze : undefined;
  if (freeze === undefined) return [];
  const since = new Date(freeze.at).toISOString();
  const what = `${freeze.by} froze it at ${since}: ${freeze.reason || 'no reason given'}`;
  return [warn(`freeze of ${project}`, what, `conveyor unfreeze ${project}`)];
}

function incidentChecks(project: string, read: IntakeRead): Check[] {
  const incidents = read.kind === 'answered' ? read.view.incidents : [];
  return incidents.map((incident) =>
    warn(`incident of ${project}`, sayIncident(incident), 'it heals by itself once the cause is gone'),
  );
}

/** A notifier that is away cannot say so itself. */
function untoldChecks(project: string, read: IntakeRead): Check[] {
  const [first, ...more] = read.kind === 'answered' ? (read.view.untold ?? []) : [];
  if (first === undefined) return [];
  const what = `${more.length + 1} not taken by every notifier yet, the oldest: ${first}`;
  return [
    warn(`messages of ${project}`, what, "look for 'notify' in the worker's log; they are sent again with each sweep"),
  ];
}
