import { join } from 'node:path';

/** Types of search attributes, spelled as the SDK does. */
export type SearchAttributeType = 'TEXT' | 'KEYWORD' | 'INT' | 'DOUBLE' | 'BOOL' | 'DATETIME' | 'KEYWORD_LIST';

/** Name → type. */
export type SearchAttributes = Readonly<Record<string, SearchAttributeType>>;

/** `memory`: gone with the process. `full` survives a power cut, `normal` the death of the process, three times as fast. */
export type Storage = 'memory' | 'full' | 'normal';

export type ServerCommand = {
  cliPath: string;
  /** Holds `temporal.db` unless the storage is `memory`. */
  folder: string;
  port: number;
  /** undefined: no Web UI. */
  uiPort: number | undefined;
  namespace: string;
  searchAttributes: SearchAttributes;
  storage: Storage;
  timers: Timers;
};

/** `fast`: short timers fire within tens of milliseconds instead of up to a second, for tests. */
export type Timers = 'fast' | 'usual';

const CLI_TYPES: Record<SearchAttributeType, string> = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
};

/** A person's own Temporal settings (TEMPORAL_ADDRESS, a profile) must not lead our commands to another server. */
export const OWN_SETTINGS_ONLY = ['--disable-config-env', '--disable-config-file'];

// A shard reads each of its queues 20 times a second, and an embedded server has one shard: without this nothing on it
// gets more than 20 steps a second, however idle the machine is.
const EAGER_QUEUES = [
  '--dynamic-config-value=history.transferProcessorMaxPollRPS=1000',
  '--dynamic-config-value=history.timerProcessorMaxPollRPS=1000',
];

// Four partitions a queue are for a cluster: on one host each task and each poll would be handed on within the server.
const UNDIVIDED_QUEUES = [
  '--dynamic-config-value=matching.numTaskqueueReadPartitions=1',
  '--dynamic-config-value=matching.numTaskqueueWritePartitions=1',
];

/** The command line of an embedded server that listens on loopback only. */
export function serverCommand(server: ServerCommand): string[] {
  const attributes = Object.entries(server.searchAttributes).map(([name, type]) => `${name}=${CLI_TYPES[type]}`);
  return [
    server.cliPath,
    'server',
    'start-dev',
    ...OWN_SETTINGS_ONLY,
    '--log-level=warn',
    '--ip=127.0.0.1',
    `--port=${server.port}`,
    server.uiPort === undefined ? '--headless' : `--ui-port=${server.uiPort}`,
    `--namespace=${server.namespace}`,
    ...attributes.map((attribute) => `--search-attribute=${attribute}`),
    ...storageOptions(server),
    ...EAGER_QUEUES,
    ...UNDIVIDED_QUEUES,
    ...(server.timers === 'fast' ? ['--dynamic-config-value=history.timerProcessorMaxTimeShift="50ms"'] : []),
  ];
}

function storageOptions({ storage, folder }: ServerCommand): string[] {
  if (storage === 'memory') return [];
  const file = join(folder, 'temporal.db');
  return [`--db-filename=${file}`, '--sqlite-pragma=journal_mode=wal', `--sqlite-pragma=synchronous=${storage}`];
}

/** Arguments that register the attributes in a namespace; those it has already are left as they are. */
export function searchAttributeArguments(namespace: string, attributes: SearchAttributes): string[] {
  const named = Object.entries(attributes).flatMap(([name, type]) => ['--name', name, '--type', CLI_TYPES[type]]);
  return ['operator', 'search-attribute', 'create', '--namespace', namespace, ...named];
}
