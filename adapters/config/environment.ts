import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { nearest } from '../../domain/did-you-mean.ts';
import type { Problem } from './problem.ts';
import { ENVIRONMENT } from './problem.ts';
import type { Variable, VariableName } from './variables.ts';
import { VARIABLES } from './variables.ts';

/** What the process was started with. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** Every variable, read and with its default; secrets from wherever they were given. */
export type Environment = { [Name in VariableName]: z.output<(typeof VARIABLES)[Name]['schema']> };

export type EnvironmentRead = { kind: 'loaded'; environment: Environment } | { kind: 'invalid'; problems: Problem[] };

type Given = { kind: 'text'; text: string | undefined } | { kind: 'problem'; message: string };

/** Checks all variables at once. A secret's value never appears in a problem. An empty variable counts as unset, a secret's does not. */
export function readEnvironment(env: HostEnvironment): EnvironmentRead {
  const problems: Problem[] = misspelt(env);
  const values = Object.entries(VARIABLES).map(([name, variable]): [string, unknown] => {
    const given = variable.secret === 'secret' ? secretOf(env, name) : plainOf(env, name);
    const read = given.kind === 'text' ? parse(variable, given.text) : given;
    if (read.kind === 'value') return [name, read.value];
    problems.push(about(`${name} ${read.message}`));
    return [name, undefined];
  });
  if (problems.length > 0) return { kind: 'invalid', problems };
  return { kind: 'loaded', environment: Object.fromEntries(values) as Environment };
}

function parse(
  { schema, secret }: Variable<unknown>,
  text: string | undefined,
): { kind: 'value'; value: unknown } | { kind: 'problem'; message: string } {
  const read = schema.safeParse(text);
  if (read.success) return { kind: 'value', value: read.data };
  const why = read.error.issues[0]?.message ?? 'is not valid';
  return { kind: 'problem', message: secret === 'secret' ? why : `is "${text}": ${why}` };
}

function plainOf(env: HostEnvironment, name: string): Given {
  return { kind: 'text', text: env[name] === '' ? undefined : env[name] };
}

/** From the variable or from the file that `<NAME>_FILE` names; an empty secret would let anybody in. */
function secretOf(env: HostEnvironment, name: string): Given {
  const direct = env[name];
  const file = env[`${name}_FILE`];
  if (direct !== undefined && file !== undefined) {
    return { kind: 'problem', message: `and ${name}_FILE are both set: keep one` };
  }
  const given: Given = file === undefined ? { kind: 'text', text: direct } : readSecret(file);
  if (given.kind === 'problem' || given.text === undefined || given.text.trim() !== '') return given;
  return { kind: 'problem', message: file === undefined ? 'is set but empty' : `is empty in ${file}` };
}

function readSecret(path: string): Given {
  try {
    return { kind: 'text', text: readFileSync(path, 'utf8').trim() };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { kind: 'problem', message: `cannot be read from ${path} (${why})` };
  }
}

/** A kill switch with a letter wrong would silently stay on. */
function misspelt(env: HostEnvironment): Problem[] {
  const known = Object.entries(VARIABLES).flatMap(([name, { secret }]) =>
    secret === 'secret' ? [name, `${name}_FILE`] : [name],
  );
  return Object.keys(env)
    .filter((name) => name.startsWith('CONVEYOR_') && !known.includes(name))
    .flatMap((name) => {
      // Names that share more than a slip belong to somebody else.
      const meant = nearest(name, known, 2);
      return meant === undefined ? [] : [about(`${name} is not known (did you mean ${meant}?)`)];
    });
}

function about(message: string): Problem {
  return { file: ENVIRONMENT, line: 0, column: 0, message };
}
