import type { Pipeline } from '../../domain/pipeline.ts';

/** The roles that work in a pipeline's stages, each once, in the order of the table. */
export function rolesOf(pipeline: Pipeline): string[] {
  return [...new Set(pipeline.stages.flatMap(({ work }) => (work.kind === 'agent' ? [work.role] : [])))];
}
