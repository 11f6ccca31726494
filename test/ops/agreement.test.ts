/** What the commands read from sentences and ids, held against those who write them. */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { describe as sentenceOf } from '../../domain/describe.ts';
import { judgeApproval } from '../../domain/gates/approval.ts';
import { newTask } from '../../domain/state.ts';
import type { TaskState } from '../../domain/state.ts';
import { hear } from '../../ops/tasks/sentence.ts';
import { taskWorkflowId } from '../../ops/tasks/workflow-id.ts';
import { taskWorkflowId as written } from '../../workflows/messages.ts';
import { APPROVAL, explainView, NOW } from './support.ts';

const state: TaskState = newTask(DEFAULT_PIPELINE, explainView().spec, NOW);
const say = (change: Partial<TaskState>): string => sentenceOf(DEFAULT_PIPELINE, { ...state, ...change });
const wait = { why: 'gate', for: 'check test', since: NOW, looks: 1, status: 'waiting' } as const;

describe('what is read from a sentence', () => {
  it('the number of an approval’s question', () => {
    const subject = { kind: 'documents', id: 'd0c5' } as const;
    const verdict = judgeApproval({ subject, approvals: [] }, { approvers: [] });
    if (verdict.kind !== 'asks') throw new Error('an approval nobody gave asks');
    const sentence = say({ question: { ...APPROVAL, number: 12, why: verdict.why } });
    expect(hear(sentence)).toEqual({ kind: 'question', number: 12, about: 'approval' });
  });

  it('the number of any other question', () => {
    const question = { ...APPROVAL, cause: 'cap', why: 'review failed 3 times' } as const;
    expect(hear(say({ question }))).toEqual({ kind: 'question', number: 2, about: 'other' });
  });

  it('trouble, told apart from a wait', () => {
    const trouble = {
      type: 'Local.Away',
      class: 'transient',
      message: 'away',
      integration: 'forge',
      since: NOW,
    } as const;
    expect(hear(say({ trouble, wait: { ...wait, why: 'trouble' } }))).toEqual({ kind: 'trouble' });
    expect(hear(say({ wait }))).toEqual({ kind: 'plain' });
  });
});

it('a task’s workflow id is the one the workflow is started with', () => {
  expect(taskWorkflowId('DEMO-1')).toBe(written('DEMO-1'));
});
