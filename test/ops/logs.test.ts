import { appendFile, mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { attemptFiles } from '../../adapters/agents/attempt-files.ts';
import { agentLogsOf } from '../../app/agent-logs.ts';
import { runLogs } from '../../ops/commands/logs.ts';
import { waitFor } from '../support/wait-for.ts';
import { conveyor, fakeDeps } from './support.ts';

let root = '';
const logs = (key: string) => agentLogsOf(root, key);
const pathOf = (attempt: string): string => attemptFiles(root, attempt).log;

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'conveyor-logs-')), 'agents', 'logs');
  await mkdir(root, { recursive: true });
  await writeFile(pathOf('DEMO-1#1/analysis/1/work'), 'reads the card\n');
  await writeFile(pathOf('DEMO-1#1/deploy-staging/2/work'), 'second é\n');
  await writeFile(pathOf('DEMO-1#1/testing/10/work'), 'tenth\u001b[2J\n');
  await writeFile(pathOf('DEMO-11#1/analysis/1/work'), 'another task\n');
  await writeFile(join(root, 'DEMO-1-1-analysis-3-work-00000000.log'), 'not an attempt of ours\n');
  await writeFile(attemptFiles(root, 'DEMO-1#1/testing/10/work').lock, '{}');
});

describe('conveyor logs', () => {
  it('prints what the newest attempt printed, and says which one', async () => {
    const { stdout, stderr, exit } = await conveyor(['logs', 'DEMO-1'], { logs });
    expect([stdout, exit]).toEqual(['tenth\u001b[2J\n', 0]);
    expect(stderr).toBe(`DEMO-1#1/testing/10/work  ${pathOf('DEMO-1#1/testing/10/work')}\n`);
  });

  it('does not let an agent steer the terminal', async () => {
    expect((await conveyor(['logs', 'DEMO-1'], { logs, tty: 'tty' })).stdout).toBe('tenth\n');
  });

  it('prints the attempt that was asked for', async () => {
    expect((await conveyor(['logs', 'DEMO-1', '--attempt', '2'], { logs })).stdout).toBe('second é\n');
  });

  it('lists the attempts of this task alone, oldest first, as JSON', async () => {
    const { stdout } = await conveyor(['logs', 'DEMO-1', '--json'], { logs });
    expect(JSON.parse(stdout)).toEqual({
      attempts: ['analysis/1', 'deploy-staging/2', 'testing/10'].map((part) => ({
        attempt: `DEMO-1#1/${part}/work`,
        number: Number(part.split('/')[1]),
        path: pathOf(`DEMO-1#1/${part}/work`),
      })),
    });
  });

  it('says which attempts there are when the asked one is not here', async () => {
    const { stderr, exit } = await conveyor(['logs', 'DEMO-1', '--attempt', '7'], { logs });
    expect(stderr).toMatchInlineSnapshot(`
      "error: DEMO-1 has no attempt 7 here
      Attempts:
        1  DEMO-1#1/analysis/1/work
        2  DEMO-1#1/deploy-staging/2/work
        10  DEMO-1#1/testing/10/work
      → conveyor show DEMO-1
      "
    `);
    expect(exit).toBe(1);
  });

  it('says that nothing ran here when there is no log, and when there is no folder', async () => {
    const nowhere = () => agentLogsOf(join(root, 'missing'), 'DEMO-9');
    for (const given of [logs, nowhere]) {
      const { stderr, exit } = await conveyor(['logs', 'DEMO-9'], { logs: given });
      expect(stderr).toContain('no agent of DEMO-9 has run on this machine');
      expect(exit).toBe(1);
    }
  });

  it('follows what comes and goes on with the next attempt', async () => {
    const stop = new AbortController();
    const { deps, printed } = fakeDeps({ logs });
    const following = runLogs({ key: 'DEMO-1', follow: true, intervalMs: 5, signal: stop.signal }, deps);
    const has = (text: string) => waitFor(() => printed().stdout.endsWith(text), text);
    await has('tenth\u001b[2J\n');
    await appendFile(pathOf('DEMO-1#1/testing/10/work'), 'more\n');
    await has('more\n');
    await appendFile(pathOf('DEMO-1#1/testing/10/work'), 'its last words\n');
    await writeFile(pathOf('DEMO-1#1/testing/11/work'), 'eleventh\n');
    await has('eleventh\n');
    stop.abort();
    await following;
    expect(printed().stdout).toBe('tenth\u001b[2J\nmore\nits last words\neleventh\n');
  });
});
