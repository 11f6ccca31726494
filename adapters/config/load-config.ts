import { dirname, resolve } from 'node:path';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Config } from './config.ts';
import type { Environment, HostEnvironment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { ConfigFile } from './file-schema.ts';
import type { WrittenConfig } from './file-schema.ts';
import type { Problem } from './problem.ts';
import { sortProblems } from './problem.ts';
import { referenceProblems } from './reference-problems.ts';
import { resolveNotifiers } from './resolve-notifiers.ts';
import { resolveProject } from './resolve-project.ts';
import type { Located } from './schema-problems.ts';
import { schemaProblems } from './schema-problems.ts';
import { draftTables, tableProblems } from './table-problems.ts';
import type { YamlFile } from './yaml-file.ts';
import { readYamlFile } from './yaml-file.ts';

export type ConfigRead =
  { kind: 'loaded'; config: Config; environment: Environment } | { kind: 'invalid'; problems: Problem[] };

/**
 * Reads `conveyor.yaml` and the environment and tells every problem of both at once. `path` may be relative to the
 * working directory; it is shown in problems as it was given.
 */
export function loadConfig({ path, env }: { path: string; env: HostEnvironment }): ConfigRead {
  const environment = readEnvironment(env);
  const fromEnvironment = environment.kind === 'invalid' ? environment.problems : [];
  const read = readYamlFile(path);
  if (read.kind === 'unreadable')
    return { kind: 'invalid', problems: [...fromEnvironment, ...sortProblems(read.problems)] };
  const tables = draftTables(read.file.value);
  const problems = [...fromEnvironment, ...fileProblems(path, read.file, tables)];
  if (environment.kind === 'invalid' || problems.length > 0) return { kind: 'invalid', problems };
  const config = resolveConfig(path, ConfigFile.parse(read.file.value), {
    environment: environment.environment,
    tables,
  });
  return { kind: 'loaded', config, environment: environment.environment };
}

type Tables = Record<string, Pipeline>;

function fileProblems(file: string, { value, placeOf }: YamlFile, tables: Tables): Problem[] {
  const schema = schemaProblems(ConfigFile, value);
  const others = [...tableProblems(tables), ...referenceProblems(value, tables)];
  // What follows from a cell that could not be read is that cell's problem, told already.
  const own = others.filter((other) => !schema.some((broken) => covers(broken, other)));
  const placed = [...schema, ...own].map(({ path, part, message }) => ({ file, ...placeOf(path, part), message }));
  return sortProblems(placed);
}

function covers(broken: Located, other: Located): boolean {
  return broken.path.every((segment, index) => other.path[index] === segment);
}

function resolveConfig(
  path: string,
  written: WrittenConfig,
  { environment, tables }: { environment: Environment; tables: Tables },
): Config {
  const file = resolve(path);
  const data = environment.CONVEYOR_DATA ?? resolve(dirname(file), written.data ?? '.conveyor');
  const shared = { pipelines: tables, agents: written.agents ?? {} };
  const projects = Object.entries(written.projects).map(([key, project]) => [
    key,
    resolveProject(key, project, shared),
  ]);
  return {
    file,
    data: resolve(data),
    pipelines: tables,
    projects: Object.fromEntries(projects),
    notify: resolveNotifiers(written.notify),
    ourAccounts: { plane: written.ourAccounts?.plane ?? [], gitea: written.ourAccounts?.gitea ?? [] },
  };
}
