import { isAbsolute, normalize } from 'node:path';
import { CARD_ROLES, DEFAULT_STATE_NAMES } from '../../domain/card.ts';
import { expectedOneOf, unknownName } from '../../domain/did-you-mean.ts';
import { GATES } from '../../domain/gates/registry.ts';
import { GATE_NAMES } from '../../domain/pipeline.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { DEFAULT_PIPELINE_NAME } from './resolve-project.ts';
import { rolesOf } from './roles.ts';
import type { Located } from './schema-problems.ts';
import { at, keysAt, valueAt } from './schema-problems.ts';
import { twiceProblems } from './twice-problems.ts';
import type { Path } from './yaml-file.ts';

type Tables = Record<string, Pipeline>;

/** What one part of the file says about another. Reads the raw value, so that it works beside schema violations. */
export function referenceProblems(value: unknown, tables: Tables): Located[] {
  const keys = keysAt(value, ['projects']);
  return [
    ...keys.flatMap((key) => projectProblems(value, ['projects', key], tables)),
    ...unknownRoles(value, ['agents'], [...new Set(Object.values(tables).flatMap(rolesOf))]),
    ...twiceProblems(value, keys),
  ];
}

function projectProblems(value: unknown, project: Path, tables: Tables): Located[] {
  const written = valueAt(value, [...project, 'pipeline']);
  const name = typeof written === 'string' ? written : DEFAULT_PIPELINE_NAME;
  const pipeline = Object.hasOwn(tables, name) ? tables[name] : undefined;
  const own = [...sameStates(value, project), ...notAcceptable(value, project), ...outsideCheckout(value, project)];
  if (!pipeline) {
    return [at([...project, 'pipeline'], unknownName('pipeline', name, Object.keys(tables))), ...own];
  }
  const roles = rolesOf(pipeline);
  const missing = roles
    .filter((role) => [project, []].every((base) => valueAt(value, [...base, 'agents', role, 'command']) === undefined))
    .map((role) => {
      const message = `role "${role}" works in pipeline "${name}", but no agent is configured for it: add agents.${role}.command`;
      return at([...project, 'agents', role, 'command'], message);
    });
  return [...own, ...missing, ...unknownRoles(value, [...project, 'agents'], roles)];
}

/** An agent for a role that nobody plays is a typing mistake. */
function unknownRoles(value: unknown, agents: Path, roles: readonly string[]): Located[] {
  return keysAt(value, agents)
    .filter((role) => !roles.includes(role))
    .map((role) => ({ path: [...agents, role], part: 'key', message: unknownName('role', role, roles) }));
}

/** Two roles under one name could not be told apart when the card is read. */
function sameStates(value: unknown, project: Path): Located[] {
  const named = CARD_ROLES.map((role) => {
    const given = valueAt(value, [...project, 'states', role]);
    return { role, name: typeof given === 'string' ? given : DEFAULT_STATE_NAMES[role], given: given !== undefined };
  });
  return named.flatMap(({ role, name, given }, index) => {
    const other = named.find((each, place) => each.name === name && (each.given ? place < index : place !== index));
    if (!given || !other) return [];
    return [at([...project, 'states', role], `state "${name}" already means "${other.role}": each role needs its own`)];
  });
}

function notAcceptable(value: unknown, project: Path): Located[] {
  const path = [...project, 'policy', 'acceptable'];
  const gates = valueAt(value, path);
  const allowed: readonly string[] = GATE_NAMES.filter((gate) => GATES[gate].acceptable === 'yes');
  return (Array.isArray(gates) ? gates : []).flatMap((gate: unknown, index) => {
    if (typeof gate !== 'string' || allowed.includes(gate)) return [];
    const known = (GATE_NAMES as readonly string[]).includes(gate);
    const never = `gate "${gate}" can never be accepted without its evidence, ${expectedOneOf(allowed)}`;
    return [at([...path, index], known ? never : unknownName('gate', gate, allowed))];
  });
}

function outsideCheckout(value: unknown, project: Path): Located[] {
  const path = [...project, 'build', 'output'];
  const output = valueAt(value, path);
  if (typeof output !== 'string' || (!isAbsolute(output) && !normalize(output).startsWith('..'))) return [];
  return [at(path, `"${output}" must be a folder inside the checkout, as a relative path`)];
}
