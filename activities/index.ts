import type { AgentActivities } from './agent.ts';
import { createAgentActivities } from './agent.ts';
import type { GateActivities } from './gates/index.ts';
import { createGateActivities } from './gates/index.ts';
import type { IntakeActivities } from './intake/index.ts';
import { createIntakeActivities } from './intake/index.ts';
import type { NotifyActivities } from './notify.ts';
import { createNotifyActivities } from './notify.ts';
import type { Ports } from './ports.ts';
import type { PublishActivities } from './publish.ts';
import { createPublishActivities } from './publish.ts';
import type { ReleaseActivities } from './release/index.ts';
import { createReleaseActivities } from './release/index.ts';
import { beating, classified } from './to-failure.ts';
import type { TrackerActivities } from './tracker.ts';
import { createTrackerActivities } from './tracker.ts';

export type Activities = GateActivities &
  AgentActivities &
  PublishActivities &
  ReleaseActivities &
  TrackerActivities &
  NotifyActivities &
  IntakeActivities;

/** Everything a workflow may ask for, over the injected ports, with errors classified once. */
export function createActivities(ports: Ports): Activities {
  const gates = createGateActivities(ports);
  return classified({
    ...beating({ judgeGate: gates.judgeGate }),
    ...createAgentActivities(ports),
    ...beating(createPublishActivities(ports)),
    ...beating(createReleaseActivities(ports, (input) => gates.judgeGate(input))),
    ...createTrackerActivities(ports),
    ...beating(createNotifyActivities(ports)),
    ...beating(createIntakeActivities(ports)),
  });
}
