import { productConfig } from '../e2e/support/product.ts';

// prettier-ignore
const ROWS = `
      - { name: design,  work: 'agent: architect', leave: [artifacts, approval], pass: build, fail: design }
      - { name: build,   work: 'agent: developer', leave: [ci],    pass: check,   fail: build }
      - { name: check,   work: 'agent: tester',    leave: [tests], pass: try-out, fail: build }
      - { name: try-out, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging],
          pass: go-live, fail: build, lane: product }
      - { name: go-live, prepare: land, enter: [fresh], work: 'action: promote', leave: [health],
          pass: done, fail: build, lane: product, compensate: [restore, revert] }`;

const ROLES = ['architect', 'developer', 'tester'];
/** An agent that hangs is stopped soon, but not one on a busy machine. */
const LIMITS = Object.fromEntries(ROLES.map((role) => [role, 'total: 90s, idle: 8s']));

/** The one task of the project for a seed. */
export function projectOf(seed: number): string {
  return `SOAK${seed}`;
}

export function imageOf(project: string): string {
  return project.toLowerCase();
}

/** conveyor.yaml with a project for each seed, so that none waits in another's lane. */
export function soakConfig(seeds: readonly number[], script: string): string {
  const projects = seeds.map(projectOf).map((key) =>
    productConfig(key, script, { roles: ROLES, limits: LIMITS, project: '    pipeline: own' })
      .replace('projects:', '')
      .replace('image: product', `image: ${imageOf(key)}`),
  );
  return ['projects:', ...projects, `pipelines:\n  own:\n    stages:${ROWS}`].join('\n');
}
