import { describe, expect, it } from 'vitest';
import { answersFor } from '../../domain/answers.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { newTask } from '../../domain/state.ts';

const spec = {
  key: 'SHOP-1',
  run: 1,
  project: 'SHOP',
  repo: 'shop',
  base: 'main',
  title: 'Sell',
  branch: 'task/SHOP-1',
};
const task = newTask(DEFAULT_PIPELINE, spec, 0);

function refusing(pipeline: Pipeline): Pipeline {
  const stages = pipeline.stages.map((row) => ({
    ...row,
    leave: row.leave.map((gate) => ({ ...gate, accept: 'refused' as const })),
  }));
  return { ...pipeline, stages };
}

describe('accepting a gate in place of its evidence', () => {
  it.each([
    ['is offered where gate and project allow it', DEFAULT_PIPELINE, 'development', 'ci', true],
    ['is not offered where the project refuses it', refusing(DEFAULT_PIPELINE), 'development', 'ci', false],
    ['is never offered for what cannot be granted', DEFAULT_PIPELINE, 'deploy', 'fresh', false],
  ] as const)('%s', (_name, pipeline, stage, gate, offered) => {
    expect(answersFor(pipeline, task, 'cap', stage, gate).includes('accept')).toBe(offered);
  });
});
