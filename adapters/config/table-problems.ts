import { checkPipeline } from '../../domain/check-pipeline.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { PipelineDraft } from '../../domain/pipeline-schema.ts';
import { resolvePipeline } from '../../domain/resolve-pipeline.ts';
import { DEFAULT_PIPELINE_NAME } from './resolve-project.ts';
import type { Located } from './schema-problems.ts';
import { valueAt } from './schema-problems.ts';
import type { Path } from './yaml-file.ts';

/** Every table of the file as far as it can be read, and `default`, which a file may replace. */
export function draftTables(value: unknown): Record<string, Pipeline> {
  const written = valueAt(value, ['pipelines']);
  const own = typeof written === 'object' && written !== null && !Array.isArray(written) ? Object.entries(written) : [];
  const drafts = own.map(([name, table]) => [name, resolvePipeline(PipelineDraft.parse(table))]);
  return { [DEFAULT_PIPELINE_NAME]: DEFAULT_PIPELINE, ...Object.fromEntries(drafts) };
}

/** What the tables themselves get wrong, at the cells a person wrote. */
export function tableProblems(tables: Record<string, Pipeline>): Located[] {
  return Object.entries(tables).flatMap(([name, table]) =>
    checkPipeline(table).map(({ path, message }) => ({
      path: ['pipelines', name, ...asWritten(path)],
      part: 'value' as const,
      message,
    })),
  );
}

const ROW_CELLS: Record<string, string> = { onPass: 'pass', onFail: 'fail' };
const OTHER_CELLS: Record<string, string> = {
  limitMs: 'limit',
  pollMs: 'poll',
  troubleMs: 'trouble',
  personMs: 'person',
  retryMs: 'retry',
  debounceMs: 'debounce',
  heartbeatMs: 'heartbeat',
  remindMs: 'remind',
};

/** A path of the resolved table in the words of the file: a row's `onFail` is the column `fail`, a gate's keeps its name. */
function asWritten(path: Path): Path {
  return path.map((segment, depth) => {
    if (typeof segment === 'number') return segment;
    return (depth === 2 && path[0] === 'stages' ? ROW_CELLS[segment] : OTHER_CELLS[segment]) ?? segment;
  });
}
