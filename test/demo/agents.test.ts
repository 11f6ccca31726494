import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkout, type Checkout } from './checkout.ts';

// Every test starts a dozen processes.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let repository: Checkout;

beforeEach(async () => {
  repository = await checkout();
});

afterEach(() => repository.remove());

describe('the way of the demo', () => {
  test('documents, a change with a bug its tests miss, a finding from real requests, a mended change', async () => {
    await repository.agent('analyst');
    await repository.agent('architect');
    const documented = await repository.seal('Documents');

    const first = await repository.agent('developer');
    expect(first.report).toMatchObject({ verdict: 'pass', findings: [], head: documented });
    const written = await repository.seal('Leftovers');
    expect((await repository.run('--test')).output).toContain('# fail 0');
    expect((await repository.agent('reviewer')).report.verdict).toBe('pass');

    const red = await repository.agent('tester');
    expect(red.report).toMatchObject({ verdict: 'fail', head: written });
    expect(red.report.findings).toEqual([
      {
        text: 'an unknown language: GET /greeting?name=Ada&lang=xx answers 500 "internal error", expected 200 "Hello, Ada!"',
        where: 'service/greeting.mjs',
      },
    ]);

    const second = await repository.agent('developer', { findings: red.report.findings });
    expect(second.report.verdict).toBe('pass');
    await repository.seal('Mended');
    expect(await changedSince(written)).toEqual(['service/greeting.mjs', 'test/greeting.test.mjs']);
    expect((await repository.run('--test')).output).toContain('# fail 0');
    expect((await repository.agent('tester')).report).toMatchObject({ verdict: 'pass', findings: [] });
    expect((await repository.agent('reviewer')).report.verdict).toBe('pass');

    await repository.git('checkout', written, '--', 'service');
    expect((await repository.run('--test')).output, 'the new test sees the old bug').toContain('# fail 1');
  });

  test('the developer commits its code itself and leaves the README to be committed', async () => {
    const start = await repository.git('rev-parse', 'HEAD');
    await repository.agent('developer');
    expect(await changedSince(start)).toEqual([
      'service/greeting.mjs',
      'service/service.mjs',
      'test/greeting.test.mjs',
    ]);
    expect(await repository.git('log', '-1', '--format=%an')).toBe('Demo developer');
    expect(await repository.git('status', '--porcelain')).toBe(' M README.md');
  });

  test.each(['analyst', 'architect', 'developer', 'reviewer', 'tester'])(
    'the %s reports the commit it worked on and what it spent, after its progress',
    async (role) => {
      const head = await repository.git('rev-parse', 'HEAD');
      const { report, output } = await repository.agent(role);
      expect(report.head).toBe(head);
      const usage = JSON.parse(output.split('\n').find((line) => line.startsWith('{"usage"')) ?? '{}') as unknown;
      expect(usage).toMatchObject({ usage: { tokensIn: expect.any(Number) as number, turns: 2, usd: 0.01 } });
    },
  );
});

describe('documents', () => {
  test('the analysis quotes the card, names today’s routes and says when the work is done', async () => {
    await repository.agent('analyst');
    const analysis = await document('analysis.md');
    expect(analysis).toContain("# Analysis of DEMO-1: Greet in the visitor's language");
    expect(analysis).toContain('> - `GET /greeting?name=Ada&lang=de` answers `Hallo, Ada!`');
    expect(analysis).toContain('`/healthz`, `/version`, `/greeting`');
  });

  test('the words of a person who rejected it are taken up', async () => {
    await repository.agent('analyst', { words: ['Please say what happens\nwith `lang=DE`'] });
    expect(await document('analysis.md')).toContain('- Please say what happens\n- with `lang=DE`');
  });

  test('the architecture names the files that change', async () => {
    await repository.agent('analyst');
    await repository.agent('architect');
    expect(await document('architecture.md')).toContain('- `service/greeting.mjs`\n- `service/service.mjs`');
  });
});

describe('judgement follows what is there', () => {
  test('the tester fails a developer who did nothing', async () => {
    const { report } = await repository.agent('tester');
    expect(report.verdict).toBe('fail');
    expect(report.findings.map(({ text }) => text)).toEqual([
      expect.stringContaining('a visitor who speaks de'),
      expect.stringContaining('a visitor who speaks fr'),
      expect.stringContaining('a visitor who speaks es'),
    ]);
  });

  test('the tester fails a service that does not start', async () => {
    await write('service/greeting.mjs', 'export const greeting = ;\n');
    const { report } = await repository.agent('tester');
    expect(report.verdict).toBe('fail');
    expect(report.findings[0]?.text).toContain('does not start');
  });

  test('the reviewer names the line of a debugging leftover', async () => {
    await write('service/extra.mjs', 'export const one = 1;\nconsole.log(one);\n');
    await repository.seal('A leftover');
    expect((await repository.agent('reviewer')).report).toMatchObject({
      verdict: 'fail',
      findings: [{ text: 'A debugging leftover: console.log(one);', where: 'service/extra.mjs:2' }],
    });
  });

  test('the reviewer looks only at what the branch adds', async () => {
    await write('service/extra.mjs', 'debugger;\n');
    const base = await repository.seal('On the base already');
    await write('notes.md', 'debugger is a word here\n');
    await repository.seal('Notes');
    const prompt = `Task docs/tasks/DEMO-1/. The base is ${base}.`;
    expect((await repository.agent('reviewer', prompt)).report.verdict).toBe('pass');
    expect((await repository.agent('reviewer')).report.verdict).toBe('fail');
  });
});

describe('work the agents cannot do', () => {
  test('a card that asks for something else needs input', async () => {
    const { report } = await repository.agent('developer', 'docs/tasks/DEMO-1/: make it faster');
    expect(report).toMatchObject({ verdict: 'needs-input', findings: [] });
  });

  test('a finding the developer does not understand makes it give up, naming it', async () => {
    await repository.agent('developer');
    await repository.seal('Leftovers');
    const { report } = await repository.agent('developer', { findings: [{ text: 'make the text blue' }] });
    expect(report).toMatchObject({ verdict: 'gave-up' });
    expect(report.summary).toContain('make the text blue');
  });

  test('a file that is not what the developer expects is named and left alone', async () => {
    await write('service/greeting.mjs', 'export const greeting = (name) => `Hi, ${name}!`;\n');
    const start = await repository.seal('Rewritten by a person');
    const { report } = await repository.agent('developer');
    expect(report.verdict).toBe('gave-up');
    expect(report.summary).toContain('service/greeting.mjs');
    expect(await changedSince(start)).toEqual([]);
    expect(await repository.git('status', '--porcelain')).toBe('');
  });
});

async function changedSince(sha: string): Promise<string[]> {
  return (await repository.git('diff', '--name-only', sha, 'HEAD')).split('\n').filter(Boolean);
}

function write(file: string, content: string): Promise<void> {
  return writeFile(path.join(repository.path, file), content);
}

function document(name: string): Promise<string> {
  return readFile(path.join(repository.path, 'docs/tasks/DEMO-1', name), 'utf8');
}
