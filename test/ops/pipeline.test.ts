import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config, ConfigRead, ProjectConfig } from '../../app/settings.ts';
import { loadConfig } from '../../app/settings.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { conveyor } from './support.ts';

/** The example configuration, with one change. */
async function example(change: (yaml: string) => string = (yaml) => yaml): Promise<{ loadConfig: () => ConfigRead }> {
  const path = join(await mkdtemp(join(tmpdir(), 'conveyor-config-')), 'conveyor.yaml');
  await writeFile(path, change(await readFile('conveyor.example.yaml', 'utf8')));
  return { loadConfig: () => loadConfig({ path, env: {} }) };
}

async function exampleConfig(): Promise<Config> {
  const read = (await example((yaml) => yaml.replace('    pipeline: careful\n', ''))).loadConfig();
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems));
  return read.config;
}

async function projects(...more: Partial<ProjectConfig>[]): Promise<{ loadConfig: () => ConfigRead }> {
  const config = await exampleConfig();
  const [first] = Object.values(config.projects);
  if (!first) throw new Error('the example has no project');
  const all = [first, ...more.map((one): ProjectConfig => ({ ...first, ...one }))];
  const read = { ...config, file: 'conveyor.yaml', projects: Object.fromEntries(all.map((one) => [one.key, one])) };
  return { loadConfig: () => ({ kind: 'loaded', config: read, environment: {} as never }) };
}

describe('conveyor pipeline show', () => {
  it('prints the default table for a person', async () => {
    const { stdout, exit } = await conveyor(['pipeline', 'show'], { ...(await projects()), tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "stage           prepare  enter gates  work              leave gates                         on pass         on fail       lane
      analysis        –        –            agent: analyst    artifacts, approval                 architecture    analysis      –
      architecture    –        –            agent: architect  artifacts                           development     architecture  –
      development     –        –            agent: developer  ci, protected-paths                 review          development   –
      review          –        –            agent: reviewer   review                              testing         development   –
      testing         –        –            agent: tester     tests                               deploy-staging  development   –
      deploy-staging  sync     merge        candidate         staging                             deploy          development   release
      deploy          land     fresh        promote           health, or else restore and revert  done            development   release
      "
    `);
    expect(exit).toBe(0);
  });

  it('prints the same columns as TSV and JSON', async () => {
    const given = await projects();
    const { stdout } = await conveyor(['pipeline', 'show'], given);
    const json = JSON.parse((await conveyor(['pipeline', 'show', '--json'], given)).stdout);
    expect(json).toMatchObject({ project: 'ORCH', pipeline: 'default' });
    expect(json.stages[0]).toMatchInlineSnapshot(`
      {
        "enter gates": "–",
        "lane": "–",
        "leave gates": "artifacts, approval",
        "on fail": "analysis",
        "on pass": "architecture",
        "prepare": "–",
        "stage": "analysis",
        "work": "agent: analyst",
      }
    `);
    const rows = json.stages.map((stage: Record<string, string>) => Object.values(stage).join('\t'));
    expect(stdout).toBe(`${rows.join('\n')}\n`);
  });

  it('asks which project is meant when there are several', async () => {
    const given = await projects({ key: 'PEAR' });
    const unclear = await conveyor(['pipeline', 'show'], given);
    expect([unclear.stderr, unclear.exit]).toMatchInlineSnapshot(`
      [
        "error: there is more than one project: say which with --project
      conveyor.yaml has ORCH, PEAR.
      ",
        2,
      ]
    `);
    const unknown = await conveyor(['pipeline', 'show', '--project', 'PLUM'], given);
    expect([unknown.stderr, unknown.exit]).toMatchInlineSnapshot(`
      [
        "error: there is no project PLUM
      conveyor.yaml has ORCH, PEAR.
      ",
        2,
      ]
    `);
    expect((await conveyor(['pipeline', 'show', '--project', 'PEAR'], given)).exit).toBe(0);
  });
});

describe('conveyor pipeline check', () => {
  it('proves the table and says the worst case', async () => {
    const { stdout, exit } = await conveyor(['pipeline', 'check'], { ...(await projects()), tty: 'tty' });
    expect(stdout.replaceAll(/\d+/g, 'N')).toMatchInlineSnapshot(`
      "ORCH (pipeline default): proven. Every one of N positions reaches done or a person; each of N waits has a timer.
        At most N agent runs until a person is asked anything but an approval.
        N from the first stage to done, N for N bounces (N × N), N for N stale answers of at most N; inconclusive answers included, a person's rejections not
      "
    `);
    expect(exit).toBe(0);
  });

  it('gives a program a line for each project, and JSON with the proof', async () => {
    const given = await projects({ key: 'PEAR' });
    const { stdout } = await conveyor(['pipeline', 'check'], given);
    expect(stdout.split('\n').map((line) => line.split('\t').length)).toEqual([3, 3, 1]);
    const json = JSON.parse((await conveyor(['pipeline', 'check', '--json'], given)).stdout);
    expect(json).toMatchObject({ result: 'proven', problems: [] });
    expect(json.projects[1]).toMatchObject({ project: 'PEAR', proof: { kind: 'proven' } });
  });

  it('prints the shortest way to where a table breaks a rule, and exits 2', async () => {
    const [analysis, ...rest] = DEFAULT_PIPELINE.stages;
    if (!analysis) throw new Error('the default pipeline has no stage');
    const [artifacts, ...gates] = analysis.leave;
    if (!artifacts) throw new Error('analysis has no gate');
    const leave = [{ ...artifacts, pollMs: { first: 0, longest: 0 } }, ...gates];
    const pipeline = { ...DEFAULT_PIPELINE, stages: [{ ...analysis, leave }, ...rest] };
    const given = await projects({ key: 'PEAR', pipeline, pipelineName: 'hasty' });
    const { stdout, exit } = await conveyor(['pipeline', 'check', '--project', 'PEAR'], { ...given, tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "PEAR (pipeline hasty): broken. The rule is: every wait has a timer. The shortest way that breaks it:
        analysis: agent analyst → analysis: leave artifacts → analysis: leave artifacts, pending
      "
    `);
    expect(exit).toBe(2);
    const json = JSON.parse((await conveyor(['pipeline', 'check', '--json'], given)).stdout);
    expect(json.result).toBe('broken');
  });

  it('prints every problem as file:line:column, also as JSON, and exits 2', async () => {
    const given = await example((yaml) =>
      yaml.replace('gate: ci', 'gate: ic').replace('repo: orchard', 'repos: orchard'),
    );
    const { stderr, stdout, exit } = await conveyor(['pipeline', 'check'], given);
    expect([stdout, exit]).toEqual(['', 2]);
    expect(stderr.replaceAll(/\S*conveyor.yaml/g, 'conveyor.yaml')).toMatchInlineSnapshot(`
      "error: the configuration has 3 problems:
        conveyor.yaml:9:3 missing "repo"
        conveyor.yaml:10:5 unknown key "repos" (did you mean "repo"?), expected one of repo, base, tracker, forge, states, pipeline, policy, budget, sweep, intake, webhooks, build, environments, agents
        conveyor.yaml:132:21 unknown gate "ic" (did you mean "ci"?), expected one of artifacts, approval, ci, protected-paths, review, tests, merge, staging, fresh, health
      "
    `);
    const json = await conveyor(['pipeline', 'check', '--json'], given);
    expect(json.exit).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ result: 'invalid', projects: [] });
    expect(JSON.parse(json.stdout).problems[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  });
});
