/** Runs command lines against fakes: no process, no server, a clock that stands still. */

import type { Client } from '@temporalio/client';
import { ServiceError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { runCli } from '../../ops/cli.ts';
import type { OpsDeps } from '../../ops/deps.ts';
import type { Io } from '../../ops/io.ts';
import type { TaskStatus } from '../../domain/describe.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { newLedger } from '../../domain/ledger.ts';
import type { Question } from '../../domain/question.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import * as attributes from '../../workflows/search-attributes.ts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');
export const MINUTE = 60_000;

export type Ran = { stdout: string; stderr: string; exit: number };

export type Given = Partial<OpsDeps> & { client?: unknown; tty?: 'tty'; columns?: number; colour?: 'on' };

/** One command line, with what it printed. */
export async function conveyor(argv: readonly string[], given: Given = {}): Promise<Ran> {
  const { deps, printed } = fakeDeps(given);
  const exit = await runCli(argv, { io: deps.io, version: '1.2.3', loadDeps: async () => deps });
  return { ...printed(), exit };
}

/** Deps that fail for what a test did not give. */
export function fakeDeps(given: Given = {}): { deps: OpsDeps; printed: () => Omit<Ran, 'exit'> } {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    isTTY: given.tty === 'tty',
    columns: given.columns ?? 0,
    colour: given.colour ?? 'off',
  };
  const deps: OpsDeps = {
    connect: async () => given.client as Client,
    loadConfig: () => ({ kind: 'invalid', problems: [] }),
    boards: () => unexpected('boards'),
    setup: () => unexpected('setup'),
    doctor: () => unexpected('doctor'),
    webUi: () => undefined,
    logs: async () => [],
    now: () => NOW,
    user: () => 'ada',
    close: async () => undefined,
    ...given,
    io,
  };
  return { deps, printed: () => ({ stdout: out.join(''), stderr: err.join('') }) };
}

function unexpected(what: string): never {
  throw new Error(`${what} was not expected to be called`);
}

export type FakeTask = {
  key: string;
  title?: string;
  stage?: string;
  status?: TaskStatus;
  waitingFor?: string;
  since?: number;
  bounces?: number;
  execution?: 'RUNNING' | 'COMPLETED' | 'TERMINATED';
  closeTime?: number;
};

/** A workflow as `list` and `describe` answer it. */
export function workflowInfo(task: FakeTask): Record<string, unknown> {
  return {
    workflowId: `task/${task.key}`,
    memo: { title: task.title ?? 'Say goodbye' },
    status: { name: task.execution ?? 'RUNNING' },
    startTime: new Date(NOW - 60 * MINUTE),
    ...(task.closeTime === undefined ? {} : { closeTime: new Date(task.closeTime) }),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: attributes.taskProject, value: 'DEMO' },
      { key: attributes.taskRepo, value: 'demo' },
      { key: attributes.taskStage, value: task.stage ?? 'development' },
      { key: attributes.taskStatus, value: task.status ?? 'working' },
      { key: attributes.taskBounces, value: task.bounces ?? 0 },
      ...(task.waitingFor === undefined ? [] : [{ key: attributes.taskWaitingFor, value: task.waitingFor }]),
      ...(task.since === undefined ? [] : [{ key: attributes.taskStageSince, value: new Date(task.since) }]),
    ]),
  };
}

export type FakeHandle = {
  query?: (name: string) => unknown;
  describe?: () => unknown;
  executeUpdate?: (name: string, options: { args: unknown[]; updateId: string }) => unknown;
  signal?: (name: string, payload: unknown) => unknown;
};

/** Temporal's client, as far as the commands use it; what is not given fails. */
export function fakeClient(fake: {
  list?: (query: string) => FakeTask[];
  count?: (query: string) => number;
  handle?: FakeHandle;
}): unknown {
  const { handle = {} } = fake;
  return {
    withDeadline: (_deadline: number, work: () => unknown) => work(),
    workflow: {
      // oxlint-disable-next-line typescript/require-await -- as the client's own
      async *list({ query }: { query: string }) {
        yield* (fake.list ?? unexpected)(query).map(workflowInfo);
      },
      count: async (query: string) => ({ count: (fake.count ?? unexpected)(query) }),
      getHandle: () => ({
        query: async ({ name }: { name: string }) => (handle.query ?? unexpected)(name),
        describe: async () => (handle.describe ?? unexpected)('describe'),
        executeUpdate: async ({ name }: { name: string }, options: { args: unknown[]; updateId: string }) =>
          (handle.executeUpdate ?? unexpected)(name, options),
        signal: async ({ name }: { name: string }, payload: unknown) => (handle.signal ?? unexpected)(name, payload),
      }),
    },
  };
}

/** How the client says that nobody answered in time. */
export function deadlineExceeded(): Error {
  const cause = Object.assign(new Error('4 DEADLINE_EXCEEDED'), { code: 4, details: 'late', metadata: {} });
  return new ServiceError('Failed to query Workflow', { cause });
}

export const APPROVAL: Question = {
  number: 2,
  cause: 'approval',
  stage: 'analysis',
  gate: 'approval',
  subject: { kind: 'documents', id: 'd0c5' },
  why: 'Approve the documents d0c5?',
  findings: [],
  answers: ['approve', 'reject', 'abort'],
  mode: 'reading',
  askedAt: NOW - 5 * MINUTE,
  told: 'told',
  lane: 'keep',
};

/** A task in development with two verdicts behind it. */
export function explainView(change: Partial<ExplainView> = {}): ExplainView {
  const ledger = newLedger(DEFAULT_PIPELINE);
  return {
    spec: {
      key: 'DEMO-1',
      run: 1,
      project: 'DEMO',
      repo: 'demo',
      base: 'main',
      title: 'Say goodbye',
      branch: 'task/DEMO-1-say-goodbye',
    },
    stage: 'development',
    status: 'waiting',
    sentence: 'waiting for check test',
    stageSince: NOW - 7 * MINUTE,
    subjects: { documents: 'd0c5', head: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334' },
    ledger: {
      ...ledger,
      total: 1,
      agentRuns: 3,
      usage: { ...ledger.usage, tokensIn: 900, tokensOut: 100, usd: 0.25 },
    },
    branch: 'task/DEMO-1-say-goodbye',
    pullRequest: 3,
    log: [
      {
        at: NOW - 20 * MINUTE,
        stage: 'analysis',
        what: 'analyst',
        kind: 'pass',
        subject: { kind: 'documents', id: 'd0c5' },
        say: 'wrote analysis.md',
        attempt: 1,
      },
      {
        at: NOW - 8 * MINUTE,
        stage: 'development',
        what: 'ci',
        kind: 'fail',
        subject: { kind: 'head', id: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334' },
        say: 'check test failed',
      },
    ],
    nextLookAt: NOW + 30_000,
    stages: DEFAULT_PIPELINE.stages.map(({ name }) => name),
    waived: [],
    ...change,
  };
}
