import type { Config } from '../../../adapters/config/config.ts';
import type { GateSettings, Pipeline } from '../../../domain/pipeline.ts';

const POLL = { first: 100, longest: 400 };

/** The same configuration with every distance between looks in milliseconds. */
export function quick(config: Config): Config {
  const projects = Object.entries(config.projects).map(([key, project]) => [
    key,
    {
      ...project,
      pipeline: quickTable(project.pipeline),
      intake: { ...project.intake, sweepMs: 500 },
      policy: { ...project.policy, healthWindowMs: 300 },
    },
  ]);
  return { ...config, projects: Object.fromEntries(projects) };
}

export function quickTable(pipeline: Pipeline): Pipeline {
  return {
    ...pipeline,
    stages: pipeline.stages.map((stage) => ({
      ...stage,
      enter: stage.enter.map(quickGate),
      leave: stage.leave.map(quickGate),
    })),
    looks: { troubleMs: 300, personMs: 400, retryMs: 20, debounceMs: 20 },
  };
}

function quickGate(gate: GateSettings): GateSettings {
  return { ...gate, pollMs: POLL };
}
