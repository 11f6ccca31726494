import { beforeAll, describe, expect, it } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import type { LogEntry } from '../../domain/state.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import { answerApproval, explain, outcomeOf } from './support/person.ts';
import { cardOf } from './support/records.ts';
import { filesAt, git } from './support/repository.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import { wrap } from './support/wrap.ts';

describe('a delivered task', () => {
  const base: { at: number; tip: string }[] = [];
  const production: { at: number; digest: string | undefined }[] = [];
  const world = useWorld({ ports: (ports) => ({ forge: watched(ports), environments: heard(ports) }) });
  let key = '';
  let start = '';
  let task: ExplainView;

  beforeAll(async () => {
    start = await git(world(), 'rev-parse', 'main');
    key = await world().enter();
    await answerApproval(world(), key, 'approve');
    expect(await outcomeOf(world(), key)).toEqual('done');
    task = await explain(world(), key);
  }, TEST_MS);

  /** Looks where the base branch stands after everything that is asked of the forge. */
  function watched({ forge }: Ports): Ports['forge'] {
    return wrap(forge, async (_method, go) => {
      const answer = await go();
      base.push({ at: Date.now(), tip: (await forge.tip(world().project.repo, 'main')) ?? 'none' });
      return answer;
    });
  }

  /** Remembers when production answered, and what. */
  function heard({ environments }: Ports): Ports['environments'] {
    const running: Ports['environments']['running'] = async (project, name) => {
      const answer = await environments.running(project, name);
      if (name.endsWith('/production')) production.push({ at: Date.now(), digest: answer?.digest });
      return answer;
    };
    return { ...environments, running };
  }

  it('leaves the work of every agent on the base branch, each in its own name', async () => {
    const authors = (await git(world(), 'log', '--format=%an', `${start}..main`)).split('\n');
    expect(authors).toEqual(['Conveyor developer', 'Conveyor architect', 'Conveyor analyst']);
    expect(await filesAt(world(), 'main')).toEqual(
      expect.arrayContaining([
        `docs/tasks/${key}/analysis.md`,
        `docs/tasks/${key}/architecture.md`,
        `service/${key}-1.txt`,
      ]),
    );
  });

  it('runs the same bytes in staging and production, built from the commit the base branch stands at', async () => {
    const answers = await Promise.all([runs('staging'), runs('production')]);
    const tip = await git(world(), 'rev-parse', 'main');
    const digest = task.subjects.artifact?.digest;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(answers).toEqual([
      expect.objectContaining({ digest, revision: tip }),
      expect.objectContaining({ digest, revision: tip }),
    ]);
  });

  it('has every verdict name exactly what it was about', async () => {
    const [head = '', architecture = '', analysis = ''] = (
      await git(world(), 'log', '--format=%H', `${start}..main`)
    ).split('\n');
    const documents = async (sha: string): Promise<string> =>
      (await world().ports.workspaces.inspect({ repo: world().project.repo, key, sha, base: start })).documentsHash;
    const { artifact, staged, released } = task.subjects;
    const running = (release: typeof staged): string =>
      `${release?.environment}/${artifact?.digest}/${release?.deployId}`;

    expect(task.log.filter(isGate).map(saidAbout)).toEqual([
      `artifacts pass documents ${await documents(analysis)}`,
      `approval asks documents ${await documents(analysis)}`,
      `approval pass documents ${await documents(analysis)}`,
      `artifacts pass documents ${await documents(architecture)}`,
      `ci pass head ${head}`,
      `protected-paths pass head ${head}`,
      `review pass head ${head}`,
      `tests pass head ${head}`,
      `merge pass candidate ${head}`,
      `staging pass staged ${running(staged)}`,
      `fresh pass artifact ${artifact?.digest}@${head}`,
      `health pass released ${running(released)}`,
    ]);
    expect([staged?.environment, released?.environment]).toEqual([
      `${world().project.key}/staging`,
      `${world().project.key}/production`,
    ]);
  });

  it('has nothing of it on the base branch before staging accepted it', () => {
    const accepted = timeOf('staging');
    const before = base.filter(({ at }) => at < accepted);
    expect(before.length).toBeGreaterThan(20);
    expect(new Set(before.map(({ tip }) => tip))).toEqual(new Set([start]));
    expect(base.at(-1)?.tip).toEqual(task.subjects.candidate?.sha);
  });

  it('moves the card to Done only after production answered with that digest', async () => {
    const { history } = await cardOf(world(), key);
    const done = history.find(({ to }) => to === world().project.states.done);
    const answered = production.find(({ digest }) => digest === task.subjects.artifact?.digest);
    expect(done?.by).toEqual('conveyor');
    expect(answered?.at).toBeLessThan(timeOf('health'));
    expect(timeOf('health')).toBeLessThanOrEqual(Date.parse(done?.at ?? ''));
  });

  async function runs(part: 'staging' | 'production'): Promise<unknown> {
    const { environments } = world().ports;
    const { url } =
      (await environments.running(world().project.key, environments.name(world().project.key, part))) ?? {};
    return (await fetch(`${url}/version`)).json();
  }

  function timeOf(gate: string): number {
    const passed = task.log.find((entry) => entry.what === gate && entry.kind === 'pass');
    if (!passed) throw new Error(`${gate} never passed`);
    return passed.at;
  }
});

/** Waiting is not news here: how often a gate was still pending depends on the machine. */
function isGate({ subject, kind }: LogEntry): boolean {
  return subject !== undefined && kind !== 'pending';
}

function saidAbout({ what, kind, subject }: LogEntry): string {
  return `${what} ${kind} ${subject?.kind} ${subject?.id}`;
}
