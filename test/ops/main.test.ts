import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../ops/exit-codes.ts';

/** The real entry in a process of its own. */
async function run(argv: string[], env: Record<string, string> = {}) {
  const ran = await execa(process.execPath, ['--import', 'tsx', 'ops/main.ts', ...argv], {
    reject: false,
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
  });
  return { stdout: ran.stdout, stderr: ran.stderr, exit: ran.exitCode };
}

async function configured(change: (yaml: string) => string = (yaml) => yaml): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'conveyor-main-')), 'conveyor.yaml');
  await writeFile(path, change(await readFile('conveyor.example.yaml', 'utf8')));
  return path;
}

/** A port nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the conveyor command', () => {
  it.each([[['--help']], [['-h']], [[]], [['help']]])('%j prints examples, commands and exit codes', async (argv) => {
    const { stdout, stderr, exit } = await run(argv);
    expect([stderr, exit]).toEqual(['', 0]);
    expect(stdout).toMatch(/^Examples:\n {2}conveyor dev /);
    for (const name of [
      'doctor',
      'list',
      'explain',
      'approve',
      'pause',
      'abort',
      'queue',
      'freeze',
      'pipeline',
      'board',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    for (const [code, says] of EXIT_CODES) expect(stdout).toContain(`  ${code}  ${says}`);
  });

  it('prints the package’s version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(await run(['--version'])).toEqual({ stdout: version, stderr: '', exit: 0 });
  });

  it('suggests a command for an unknown one and exits 2', async () => {
    expect(await run(['lst'])).toMatchInlineSnapshot(`
      {
        "exit": 2,
        "stderr": "error: unknown command 'lst'
      (Did you mean list?)
      Try: conveyor --help",
        "stdout": "",
      }
    `);
  });

  it.each([
    ['a missing key', ['show']],
    ['an unknown option', ['list', '--al']],
    ['a bad number', ['logs', 'DEMO-1', '--attempt', '0']],
    ['too many arguments', ['show', 'DEMO-1', 'DEMO-2']],
    ['a port that is none', ['dev', '--ui-port', 'foo']],
    ['a group without its command', ['pipeline']],
    ['two bodies', ['board', 'add', 'x', '--body', 'a', '--body-file', 'b']],
  ])('%s exits 2 and says how to go on', async (_name, argv) => {
    const { stdout, stderr, exit } = await run(argv);
    expect([stdout, exit]).toEqual(['', 2]);
    expect(stderr).toMatch(/Try: conveyor \w+.* --help|Usage: conveyor pipeline/);
  });

  it('tells every problem of a bad conveyor.yaml and of the environment at once, and exits 2', async () => {
    const path = await configured((yaml) =>
      yaml
        .replace('gate: ci', 'gate: ic')
        .replace('repo: orchard', 'repos: orchard')
        .replace('fail: analysis', 'fail: analyses')
        .replace('total: 2h', 'total: soon'),
    );
    const env = { CONVEYOR_CONFIG: path, CONVEYOR_GATE_TIMERS_ENABLED: 'maybe' };
    for (const argv of [
      ['pipeline', 'check'],
      ['pipeline', 'show'],
      ['board', 'add', 'Say goodbye'],
    ]) {
      const { stdout, stderr, exit } = await run(argv, env);
      expect([stdout, exit]).toEqual(['', 2]);
      expect(stderr).toContain('CONVEYOR_GATE_TIMERS_ENABLED');
      const places = [...stderr.matchAll(/conveyor\.yaml:(\d+):(\d+) /g)];
      expect(places.length).toBeGreaterThanOrEqual(4);
    }
  });

  it('says that Temporal cannot be reached and what to run, and exits 4', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const { stdout, stderr, exit } = await run(['list'], {
      CONVEYOR_CONFIG: await configured(),
      TEMPORAL_ADDRESS: address,
    });
    expect([stdout, exit]).toEqual(['', 4]);
    expect(stderr).toMatch(
      new RegExp(`^error: Cannot reach Temporal at ${address} \\(connection refused\\)\\. .*Try: conveyor dev`),
    );
  });

  it('does not complain when its reader has read enough', async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    const shell = `"${process.execPath}" --import tsx ops/main.ts --help | head -n 1`;
    const { stdout, stderr } = await execa('sh', ['-c', shell], { extendEnv: false, env });
    expect([stdout, stderr]).toEqual(['Examples:', '']);
  });
});
