import type { Ports } from './ports.ts';

export type SweepInput = { project: string; wokenBy: 'timer' | 'nudge' };
/** Keys of the tasks this sweep started; what had one already is left alone. */
export type SweepAnswer = { started: string[] };
export type IntakeActivities = { sweep(input: SweepInput): Promise<SweepAnswer> };

/** Starts a task for every card in the entry state that has none. Starting twice is refused by the workflow id. */
export function createIntakeActivities({
  tracker,
  switches,
  tasks,
}: Pick<Ports, 'tracker' | 'switches' | 'tasks'>): IntakeActivities {
  return {
    sweep: async ({ project, wokenBy }) => {
      if (wokenBy === 'timer' && !switches.on('CONVEYOR_INTAKE_SWEEP_ENABLED')) return { started: [] };
      const started: string[] = [];
      for (const item of (await tracker.changes(project)).cards) {
        if (item.role === 'entry' && (await tasks.start(project, item, 1)) === 'started') started.push(item.key);
      }
      return { started };
    },
  };
}
