import type { Config } from '../../../adapters/config/config.ts';
import type { GateSettings, Pipeline } from '../../../domain/pipeline.ts';

type Poll = GateSettings['pollMs'];
const POLL: Poll = { first: 100, longest: 1_000 };
const SELDOM: Poll = { first: 2_000, longest: 5_000 };

/** The same configuration with every distance between looks in milliseconds. */
export function quick(config: Config): Config {
  return paced(config, { table: quickTable, sweepMs: 2_500 });
}

/** Looks come by webhooks, and seldom by timers: for tests with many tasks, whose timers would take the machine. */
export function calm(config: Config): Config {
  const table = (pipeline: Pipeline): Pipeline => {
    const looks = { ...quickTable(pipeline).looks, personMs: SELDOM.first };
    return { ...pipeline, stages: polling(pipeline, SELDOM), looks };
  };
  return paced(config, { table, sweepMs: SELDOM.first });
}

function paced(config: Config, pace: { table: (pipeline: Pipeline) => Pipeline; sweepMs: number }): Config {
  const projects = Object.entries(config.projects).map(([key, project]) => [
    key,
    {
      ...project,
      pipeline: pace.table(project.pipeline),
      intake: { ...project.intake, sweepMs: pace.sweepMs },
      policy: { ...project.policy, healthWindowMs: 300 },
    },
  ]);
  return { ...config, projects: Object.fromEntries(projects) };
}

export function quickTable(pipeline: Pipeline): Pipeline {
  return {
    ...pipeline,
    stages: polling(pipeline, POLL),
    looks: { troubleMs: 300, personMs: 2_000, retryMs: 20, debounceMs: 20 },
  };
}

function polling({ stages }: Pipeline, pollMs: Poll): Pipeline['stages'] {
  const paced = (gates: readonly GateSettings[]): GateSettings[] => gates.map((gate) => ({ ...gate, pollMs }));
  return stages.map((stage) => ({ ...stage, enter: paced(stage.enter), leave: paced(stage.leave) }));
}
