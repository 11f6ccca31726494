import { Command } from 'commander';
import type { ProjectConfig } from '../../app/settings.ts';
import type { Proof } from '../../domain/prove-pipeline.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { configError } from '../errors.ts';
import { printJson, printLines, printTable } from '../output.ts';
import { chooseProject, requireConfig } from '../project.ts';
import { jsonOption } from './arguments.ts';

export type PipelineOptions = { project?: string; json?: true };

const SHOW_HELP = `
JSON: {project, pipeline, stages: [{stage, prepare, "enter gates", work, "leave gates", "on pass", "on fail", lane}]}`;
const CHECK_HELP = `
Exit codes: 0 proven, 2 the configuration has problems or a table breaks a rule.
JSON: {result: proven|broken|invalid, problems: [{file, line, column, message}], projects: [{project, pipeline, proof}]}`;

export function pipelineCommand(run: Runner): Command {
  return new Command('pipeline')
    .description('the table a project is delivered by')
    .addCommand(
      projectCommand('show', 'print the table', SHOW_HELP).action((options: PipelineOptions) =>
        run((deps) => runPipelineShow(options, deps)),
      ),
    )
    .addCommand(
      projectCommand(
        'check',
        'prove that every task gets to done or to a person, and the worst case',
        CHECK_HELP,
      ).action((options: PipelineOptions) => run((deps) => runPipelineCheck(options, deps))),
    );
}

function projectCommand(name: string, description: string, help: string): Command {
  return new Command(name)
    .description(description)
    .option('--project <key>', 'of this project')
    .addOption(jsonOption())
    .addHelpText('after', help);
}

export async function runPipelineShow({ project: name, json }: PipelineOptions, deps: OpsDeps): Promise<ExitCode> {
  const { PIPELINE_COLUMNS, printPipeline } = await import('../../domain/print-pipeline.ts');
  const project = chooseProject(requireConfig(deps), name);
  const rows = printPipeline(project.pipeline);
  if (json) {
    const stages = rows.map((row) => Object.fromEntries(PIPELINE_COLUMNS.map((column, index) => [column, row[index]])));
    printJson(deps.io, { project: project.key, pipeline: project.pipelineName, stages });
  } else {
    printTable(
      deps,
      PIPELINE_COLUMNS,
      rows.map((cells) => ({ cells })),
    );
  }
  return EXIT.ok;
}

type Proven = { project: string; pipeline: string; proof: Proof };

export async function runPipelineCheck({ project: name, json }: PipelineOptions, deps: OpsDeps): Promise<ExitCode> {
  const read = deps.loadConfig();
  if (read.kind === 'invalid') {
    if (!json) throw configError(read.problems);
    printJson(deps.io, { result: 'invalid', problems: read.problems, projects: [] });
    return EXIT.usage;
  }
  const { config } = read;
  const projects = name === undefined ? Object.values(config.projects) : [chooseProject(config, name)];
  const proven = await proveAll(projects);
  const result = proven.every(({ proof }) => proof.kind === 'proven') ? 'proven' : 'broken';
  if (json) printJson(deps.io, { result, problems: [], projects: proven });
  else
    printLines(
      deps.io,
      proven.flatMap((one) => (deps.io.isTTY ? proofLines(one) : [proofLines(one).join('\t')])),
    );
  return result === 'proven' ? EXIT.ok : EXIT.usage;
}

async function proveAll(projects: readonly ProjectConfig[]): Promise<Proven[]> {
  const { provePipeline } = await import('../../domain/prove-pipeline.ts');
  return projects.map(({ key, pipelineName, pipeline }) => ({
    project: key,
    pipeline: pipelineName,
    proof: provePipeline(pipeline),
  }));
}

function proofLines({ project, pipeline, proof }: Proven): string[] {
  const name = `${project} (pipeline ${pipeline})`;
  switch (proof.kind) {
    case 'proven':
      return [
        `${name}: proven. Every one of ${proof.nodes} positions reaches done or a person; each of ${proof.waits} waits has a timer.`,
        `  At most ${proof.worstCase.agentRuns} agent runs until a person is asked anything but an approval.`,
        `  ${proof.worstCase.explanation}`,
      ];
    case 'broken':
      return [
        `${name}: broken. The rule is: ${proof.rule}. The shortest way that breaks it:`,
        `  ${proof.path.join(' → ')}`,
      ];
  }
}
