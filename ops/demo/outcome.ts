import type { DemoStack } from '../../app/demo-stack.ts';
import type { Ledger } from '../../domain/ledger.ts';
import { taskWorkflowId } from '../../workflows/messages.ts';
import type { ExplainView } from '../../workflows/messages.ts';

/** The demo's last JSON line, read from the workflow, the forge and the environments. */
export type Outcome = {
  outcome: 'done' | 'aborted' | 'failed';
  task: string;
  /** Stages that passed, in order. */
  stages: string[];
  bounces: number;
  healedByTimer: number;
  approvals: number;
  waived: string[];
  /** As staging and production answer. */
  stagingDigest: string | null;
  productionDigest: string | null;
  /** The base tip, which production says it was built from. */
  mergedSha: string | null;
  /** History events of the task's workflow. */
  events: number;
  durationMs: number;
  cost: Pick<Ledger['usage'], 'tokensIn' | 'tokensOut' | 'usd'> & { agentRuns: number };
  productionUrl: string | null;
};

export async function readOutcome(
  { client, ports }: DemoStack,
  key: string,
  view: ExplainView,
  startedAt: number,
): Promise<Outcome> {
  const { project, repo, base } = view.spec;
  const description = await client.workflow.getHandle(taskWorkflowId(key)).describe();
  const running = async (part: 'staging' | 'production') =>
    ports.environments.running(project, ports.environments.name(project, part));
  const [staging, production, tip] = await Promise.all([
    running('staging'),
    running('production'),
    ports.forge.tip(repo, base),
  ]);
  const { ledger } = view;
  const delivered = view.end?.outcome === 'done' && production?.revision === tip;
  return {
    outcome: delivered ? 'done' : view.end?.outcome === 'aborted' ? 'aborted' : 'failed',
    task: key,
    stages: view.stages.filter((stage) => view.log.some((entry) => entry.stage === stage && entry.kind === 'pass')),
    bounces: ledger.total,
    healedByTimer: ledger.healedByTimer,
    approvals: ledger.approvals,
    waived: view.waived,
    stagingDigest: staging?.digest ?? null,
    productionDigest: production?.digest ?? null,
    mergedSha: tip ?? null,
    events: description.historyLength,
    durationMs: Date.now() - startedAt,
    cost: {
      tokensIn: ledger.usage.tokensIn,
      tokensOut: ledger.usage.tokensOut,
      usd: ledger.usage.usd,
      agentRuns: ledger.agentRuns,
    },
    productionUrl: production?.url ?? null,
  };
}
