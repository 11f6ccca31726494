import { DELIVERING_ROLES, DELIVERING_ROWS, productConfig } from '../e2e/support/product.ts';

/** An agent that hangs is stopped soon, but not one on a busy machine. */
const LIMITS = Object.fromEntries(DELIVERING_ROLES.map((role) => [role, 'total: 90s, idle: 8s']));

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
    productConfig(key, script, { roles: DELIVERING_ROLES, limits: LIMITS, project: '    pipeline: own' })
      .replace('projects:', '')
      .replace('image: product', `image: ${imageOf(key)}`),
  );
  return ['projects:', ...projects, `pipelines:\n  own:\n    stages:${DELIVERING_ROWS}`].join('\n');
}
