import { createGateActivities } from '../../../activities/gates/index.ts';
import type { JudgeAnswer, JudgeInput } from '../../../activities/gates/input.ts';
import type { Ports, ProjectPolicy, Review } from '../../../activities/ports.ts';
import { GATES } from '../../../domain/gates/registry.ts';
import type { GateName } from '../../../domain/pipeline.ts';
import type { Subjects } from '../../../domain/subject.ts';
import { subjectRef } from '../../../domain/subject.ts';
import type { FakeWorld } from '../../fakes/ports.ts';
import { createFakePorts } from '../../fakes/ports.ts';

export const BRANCH = 'task/ORCH-53-greet';
export const DOCUMENT = 'docs/tasks/ORCH-53/analysis.md';

/** A task whose work is pushed and whose pull request is open. */
export type Scene = {
  world: FakeWorld;
  ports: Ports;
  head: string;
  documents: string;
  /** One look at a gate; `more` replaces what the task knows, `less` takes it away. */
  look(gate: GateName, more?: Partial<JudgeInput>, less?: (keyof JudgeInput)[]): Promise<JudgeAnswer>;
  says(sha: string, context: string, state: 'success' | 'failure' | 'pending', description?: string): void;
  reviews(reviewer: string, verdict: Review['verdict'], head: string): void;
};

export async function createScene(policy: Partial<ProjectPolicy> = {}): Promise<Scene> {
  const { ports, world } = createFakePorts({ requiredContexts: ['test'], ...policy });
  world.repository.push('main', { 'readme.md': '# Demo\n' });
  const head = world.repository.push(BRANCH, { 'src/greet.ts': 'hello', [DOCUMENT]: '# Analysis\n' }, 'main');
  const place = { repo: 'demo', key: 'ORCH-53', sha: head, base: 'main' };
  const { documentsHash: documents } = await ports.workspaces.inspect(place);
  const opening = { branch: BRANCH, base: 'main', title: 'Greet', body: '', marker: 'm' };
  const { number: pullRequest } = await ports.forge.openPullRequest('demo', opening);
  const { judgeGate } = createGateActivities(ports, { now: () => world.clock });
  world.calls.length = 0;

  return {
    world,
    ports,
    head,
    documents,
    look(gate, more = {}, less = []) {
      const subjects: Subjects = more.subjects ?? { head, documents };
      const stage = more.stage ?? { name: 'any' };
      const subject = subjectRef(subjects, GATES[gate].subject(stage));
      const input: JudgeInput = {
        spec: { key: 'ORCH-53', run: 1, project: 'demo', repo: 'demo', base: 'main', title: 'Greet', branch: BRANCH },
        branch: BRANCH,
        gate,
        stage,
        subjects,
        ...(subject ? { subject } : {}),
        pullRequest,
        approvals: [],
        acceptances: [],
        passed: [],
        owed: [],
        ...more,
      };
      for (const field of less) Reflect.deleteProperty(input, field);
      // What crosses to an activity and back is JSON.
      return judgeGate(asJson(input)).then(asJson);
    },
    says(sha, context, state, description = '') {
      world.forge.statuses.push({ sha, context, state, description, at: world.clock });
    },
    reviews(reviewer, verdict, at) {
      const review = { reviewer, verdict, head: at, body: 'Not yet.', findings: [], state: 'official' as const };
      world.forge.reviews.push({ ...review, number: pullRequest, at: world.clock });
    },
  };
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
