import { DEFAULT_PIPELINE, GATE_DEFAULTS, gateSettings, HEARTBEAT_MS } from './default-pipeline.ts';
import type { WrittenGate, WrittenLooks, WrittenPipeline, WrittenStage } from './pipeline-schema.ts';
import type { GateName, GateSettings, Pipeline, Stage, Work } from './pipeline.ts';

/**
 * The table with every default filled in. The default pipeline's roles are known to every table; a table may change
 * them. Names are taken as written, right or wrong: `checkPipeline` must be asked before the result is used.
 */
export function resolvePipeline(written: WrittenPipeline): Pipeline {
  return {
    stages: written.stages.map(resolveStage),
    roles: { ...DEFAULT_PIPELINE.roles, ...written.roles },
    caps: written.caps ?? DEFAULT_PIPELINE.caps,
    looks: resolveLooks(written.looks),
  };
}

function resolveLooks({ trouble, person, retry, debounce, heartbeat, remind }: WrittenLooks): Pipeline['looks'] {
  const usual = DEFAULT_PIPELINE.looks;
  return {
    troubleMs: trouble ?? usual.troubleMs,
    personMs: person ?? usual.personMs,
    retryMs: retry ?? usual.retryMs,
    debounceMs: debounce ?? usual.debounceMs,
    heartbeatMs: heartbeat ?? HEARTBEAT_MS,
    remindMs: remind ?? usual.remindMs ?? [],
  };
}

function resolveStage(written: WrittenStage): Stage {
  const { name, prepare, work, lane, compensate, pass, fail } = written;
  return {
    name,
    ...(prepare === undefined ? {} : { prepare: prepare as NonNullable<Stage['prepare']> }),
    enter: written.enter.map((gate) => resolveGate(gate, fail)),
    work: resolveWork(work),
    leave: written.leave.map((gate) => resolveGate(gate, fail)),
    onPass: pass,
    onFail: fail,
    compensate: compensate as Stage['compensate'],
    ...(lane === undefined ? {} : { lane }),
  };
}

function resolveWork(written: string): Work {
  const [kind = '', what = ''] = written.split(': ');
  return kind === 'agent' ? { kind, role: what } : { kind: 'action', action: what as 'candidate' };
}

function resolveGate(written: WrittenGate, fail: string): GateSettings {
  const { gate, onFail, cap, limit, poll } = written;
  const given = {
    ...(onFail === undefined ? {} : { onFail }),
    ...(cap === undefined ? {} : { cap }),
    ...(limit === undefined ? {} : { limitMs: limit }),
    ...(poll === undefined ? {} : { pollMs: poll }),
  };
  if (Object.hasOwn(GATE_DEFAULTS, gate)) return gateSettings(gate as GateName, fail, given);
  // An unknown gate has no defaults of its own; any will do, it is told by its name.
  return { ...gateSettings('ci', fail, given), gate: gate as GateName };
}
