import { describe, expect, it } from 'vitest';
import type { ServerCommand } from '../../../adapters/temporal/server-command.ts';
import { searchAttributeArguments, serverCommand } from '../../../adapters/temporal/server-command.ts';

const SERVER: ServerCommand = {
  cliPath: '/bin/temporal',
  folder: '/data',
  port: 7000,
  uiPort: undefined,
  namespace: 'conveyor',
  searchAttributes: {},
  storage: 'memory',
  timers: 'usual',
};

describe('serverCommand', () => {
  it.each<[string, Partial<ServerCommand>, string[]]>([
    ['listens on loopback only', {}, ['--ip=127.0.0.1', '--port=7000']],
    ['has no Web UI unless a port is given', {}, ['--headless']],
    ['serves the Web UI on its port', { uiPort: 8000 }, ['--ui-port=8000']],
    ['heeds no settings but ours', {}, ['--disable-config-env', '--disable-config-file']],
    [
      'keeps a file safe against power cuts',
      { storage: 'full' },
      ['--db-filename=/data/temporal.db', ...pragmas('full')],
    ],
    ['keeps a file safe against kills', { storage: 'normal' }, pragmas('normal')],
    [
      'names attributes as the CLI does',
      { searchAttributes: { Since: 'DATETIME' } },
      ['--search-attribute=Since=Datetime'],
    ],
    [
      'lets its one shard work as fast as the machine can',
      {},
      [
        '--dynamic-config-value=history.transferProcessorMaxPollRPS=1000',
        '--dynamic-config-value=history.timerProcessorMaxPollRPS=1000',
      ],
    ],
    [
      'divides no queue on its one host',
      {},
      [
        '--dynamic-config-value=matching.numTaskqueueReadPartitions=1',
        '--dynamic-config-value=matching.numTaskqueueWritePartitions=1',
      ],
    ],
    ['makes timers exact', { timers: 'fast' }, ['--dynamic-config-value=history.timerProcessorMaxTimeShift="50ms"']],
  ])('%s', (_, change, expected) => {
    expect(serverCommand({ ...SERVER, ...change })).toEqual(expect.arrayContaining(expected));
  });

  it('keeps nothing in a file when the storage is memory', () => {
    expect(serverCommand(SERVER).join(' ')).not.toMatch(/db-filename|pragma/);
  });
});

describe('searchAttributeArguments', () => {
  it('registers all of them in one command', () => {
    const args = searchAttributeArguments('conveyor', { Stage: 'KEYWORD', Tags: 'KEYWORD_LIST' });
    expect(args.join(' ')).toBe(
      'operator search-attribute create --namespace conveyor --name Stage --type Keyword --name Tags --type KeywordList',
    );
  });
});

function pragmas(synchronous: string): string[] {
  return ['--sqlite-pragma=journal_mode=wal', `--sqlite-pragma=synchronous=${synchronous}`];
}
