import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import type { GateSettings, Pipeline } from '../../domain/pipeline.ts';
import { DONE } from '../../domain/pipeline.ts';

const HOUR = 3_600_000;
/** Nothing but a nudge brings the next look while a bench runs. */
const parkedGate: GateSettings = {
  gate: 'ci',
  onFail: 'operators',
  cap: 'none',
  limitMs: 24 * HOUR,
  pollMs: { first: HOUR, longest: HOUR },
};

/** A table whose tasks wait at their first gate for as long as it answers `pending`. */
export const PARKED: Pipeline = {
  ...DEFAULT_PIPELINE,
  stages: DEFAULT_PIPELINE.stages
    .slice(0, 1)
    .map((stage) => ({ ...stage, enter: [parkedGate], leave: [], onPass: DONE, onFail: stage.name })),
  looks: { ...DEFAULT_PIPELINE.looks, debounceMs: 0 },
};
