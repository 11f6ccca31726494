import { join } from 'node:path';

const AGENT = join(import.meta.dirname, '../../fixtures/agents/scripted.mjs');
export const ROLES = ['analyst', 'architect', 'developer', 'reviewer', 'tester'] as const;

/** Lines of conveyor.yaml as they stand in the project, in one agent, and below everything. */
export type ConfigLines = {
  roles?: readonly string[];
  project?: string;
  top?: string;
  /** Limits of a role's agent, e.g. `total: 1s`. */
  limits?: Readonly<Record<string, string>>;
};

const LIMITS = 'total: 90s, idle: 60s';

/** conveyor.yaml of one project on the local providers, with scripted agents. */
export function productConfig(key: string, script: string, lines: ConfigLines = {}): string {
  const { roles = ROLES, project = '', top = '', limits = {} } = lines;
  const agent = (role: string): string =>
    `{ command: [node, ${AGENT}], ${limits[role] ?? LIMITS}, grace: 200ms, env: { SCRIPT_FOLDER: ${script} } }`;
  return `
projects:
  ${key}:
    repo: ${key.toLowerCase()}
    base: main
${project}
    build: { image: product, command: [node, build.mjs], output: dist }
    environments:
      staging: { start: [node, server.mjs] }
      production: { start: [node, server.mjs] }
    agents:
${roles.map((role) => `      ${role}: ${agent(role)}`).join('\n')}
${top}
`;
}

/** A project whose table is the given rows; roles and caps may follow them. */
export function tableConfig(
  rows: string,
  lines: ConfigLines = {},
): (project: { key: string; script: string }) => string {
  return ({ key, script }) =>
    productConfig(key, script, {
      ...lines,
      project: `${lines.project ?? ''}\n    pipeline: own`,
      top: `pipelines:\n  own:\n    stages:\n${rows}\n${lines.top ?? ''}`,
    });
}

/** Four rows whose fails go to different places; what they deliver stays on its branch. */
// prettier-ignore
export const SHORT_ROWS = `
      - { name: design,      work: 'agent: architect', leave: [artifacts], pass: development, fail: design }
      - { name: development, work: 'agent: developer', leave: [ci],        pass: review,      fail: development }
      - { name: review,      work: 'agent: reviewer',  leave: [review],    pass: testing,     fail: design }
      - { name: testing,     work: 'agent: tester',    leave: [tests],     pass: done,        fail: development }`;

export const SHORT_ROLES = ['architect', 'developer', 'reviewer', 'tester'] as const;

/** Five rows that deliver: what they do lands and runs. */
// prettier-ignore
export const DELIVERING_ROWS = `
      - { name: design,  work: 'agent: architect', leave: [artifacts, approval], pass: build, fail: design }
      - { name: build,   work: 'agent: developer', leave: [ci],    pass: check,   fail: build }
      - { name: check,   work: 'agent: tester',    leave: [tests], pass: try-out, fail: build }
      - { name: try-out, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging],
          pass: go-live, fail: build, lane: product }
      - { name: go-live, prepare: land, enter: [fresh], work: 'action: promote', leave: [health],
          pass: done, fail: build, lane: product, compensate: [restore, revert] }`;

export const DELIVERING_ROLES = ['architect', 'developer', 'tester'] as const;
