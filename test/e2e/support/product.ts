import { join } from 'node:path';

const AGENT = join(import.meta.dirname, '../../fixtures/agents/scripted.mjs');
export const ROLES = ['analyst', 'architect', 'developer', 'reviewer', 'tester'] as const;

/** conveyor.yaml of one project on the local providers, with scripted agents. */
export function productConfig(
  key: string,
  script: string,
  extra: { roles?: readonly string[]; project?: string; top?: string } = {},
): string {
  const roles = extra.roles ?? ROLES;
  return `
projects:
  ${key}:
    repo: ${key.toLowerCase()}
    base: main
${extra.project ?? ''}
    build: { image: product, command: [node, build.mjs], output: dist }
    environments:
      staging: { start: [node, server.mjs] }
      production: { start: [node, server.mjs] }
    agents:
${roles.map((role) => `      ${role}: { command: [node, ${AGENT}], total: 30s, idle: 20s, grace: 200ms, env: { SCRIPT_FOLDER: ${script} } }`).join('\n')}
${extra.top ?? ''}
`;
}
