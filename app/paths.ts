import { join } from 'node:path';

/** Where everything lies under the data folder. */
export type Paths = ReturnType<typeof pathsIn>;

export function pathsIn(data: string) {
  return {
    data,
    temporal: join(data, 'temporal'),
    tracker: join(data, 'tracker'),
    forge: join(data, 'forge'),
    artifacts: join(data, 'artifacts'),
    environments: join(data, 'environments'),
    leases: join(data, 'leases'),
    workspaces: join(data, 'workspaces'),
    agentLogs: join(data, 'agents', 'logs'),
    /** A folder for each running worker, by which the others tell whether it lives. */
    workers: join(data, 'workers'),
    notifications: join(data, 'notifications.jsonl'),
    /** What the other notifiers sent, a file for each. */
    notifiers: join(data, 'notifiers'),
    /** Address, secret and pid of the running `conveyor dev`, for the other commands; readable by its owner only. */
    stack: join(data, 'stack.json'),
    logs: join(data, 'logs'),
  };
}
