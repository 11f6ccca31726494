import type { Client, QueryDefinition, WorkflowHandle } from '@temporalio/client';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { isUnanswered, whyUnanswered } from '../../app/unanswered.ts';
import type { Decision } from '../../domain/question.ts';
import {
  abortSignal,
  decideSignal,
  decideUpdate,
  explainQuery,
  pauseSignal,
  resumeSignal,
  statusQuery,
  taskWorkflowId,
  WORKFLOWS,
} from '../../workflows/messages.ts';
import { NoTask, OpsError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { quoted } from '../../app/quoted.ts';
import { bounded, serverTrouble } from '../temporal/calls.ts';
import { recordOf } from './record.ts';
import type { Read, TaskRecord, Tasks } from './tasks.ts';

/** A worker that is there answers in milliseconds. */
const QUERY_MS = 2_000;

const STEERING = { pause: pauseSignal, resume: resumeSignal, abort: abortSignal } as const;

export function createTasks(client: Client): Tasks {
  const handleOf = (key: string): WorkflowHandle => client.workflow.getHandle(taskWorkflowId(key));

  async function record(key: string): Promise<TaskRecord> {
    return recordOf(await call(key, () => handleOf(key).describe()));
  }

  async function ask<View>(key: string, query: QueryDefinition<View>): Promise<Read<View>> {
    try {
      const view = await client.withDeadline(Date.now() + QUERY_MS, () => handleOf(key).query(query));
      return { kind: 'answered', view };
    } catch (error) {
      if (!isUnanswered(error)) throw troubleOf(key, error);
      return { kind: 'recorded', task: await record(key), why: whyUnanswered(error) };
    }
  }

  async function call<T>(key: string, request: () => Promise<T>): Promise<T> {
    try {
      return await bounded(client, request);
    } catch (error) {
      throw troubleOf(key, error);
    }
  }

  async function collect(query: string, most: number): Promise<TaskRecord[]> {
    const found: TaskRecord[] = [];
    if (most <= 0) return found;
    for await (const info of client.workflow.list({ query })) {
      found.push(recordOf(info));
      if (found.length >= most) break;
    }
    return found;
  }

  return {
    record,
    status: (key) => ask(key, statusQuery),
    explain: (key) => ask(key, explainQuery),
    list: ({ project, ended = 0 }) =>
      call('', async () => {
        const tasks = `WorkflowType = '${WORKFLOWS.task}'${project === undefined ? '' : ` AND TaskProject = '${quoted(project)}'`}`;
        const running = await collect(`${tasks} AND ExecutionStatus = 'Running'`, Number.POSITIVE_INFINITY);
        const over = `ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew'`;
        return [...running, ...(await collect(`${tasks} AND ${over}`, ended))];
      }),
    decide: (key, decision) =>
      call(key, async () => {
        const updateId = `${key}/${decision.number}/${decision.answer}`;
        try {
          return await handleOf(key).executeUpdate(decideUpdate, { args: [decision], updateId });
        } catch (error) {
          throw (await refusalOf(key, decision, error)) ?? error;
        }
      }),
    decideBySignal: (key, decision) => call(key, () => handleOf(key).signal(decideSignal, decision)),
    steer: (key, verb, by) => call(key, () => handleOf(key).signal(STEERING[verb], by)),
  };

  async function refusalOf(key: string, decision: Decision, error: unknown): Promise<OpsError | undefined> {
    if (error instanceof WorkflowUpdateFailedError) {
      return refused(key, error.cause?.message ?? error.message, error);
    }
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return new OpsError(noAnswer(key, decision), error);
    if (!(error instanceof WorkflowNotFoundError)) return undefined;
    const { status } = await record(key);
    return refused(key, `${key} has ended (${status}); nothing is left to decide.`, error);
  }
}

function refused(key: string, why: string, cause: unknown): OpsError {
  return new OpsError({ what: why, run: `conveyor explain ${key}`, exit: EXIT.refused }, cause);
}

function noAnswer(key: string, { answer, number }: Decision): OpsError['told'] {
  return {
    what: `No worker took the answer to question ${number} of ${key} in time.`,
    why: 'It may still be taken when one is back; giving the same answer again does no harm.',
    run: `conveyor show ${key}, then the same ${answer} again, or with --signal to leave it with Temporal`,
    exit: EXIT.refused,
  };
}

function troubleOf(key: string, error: unknown): unknown {
  return error instanceof WorkflowNotFoundError ? new NoTask(key, error) : serverTrouble(error);
}
