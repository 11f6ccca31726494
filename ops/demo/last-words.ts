import type { DemoStack } from '../../app/demo-stack.ts';
import { taskWorkflowId } from '../../workflows/messages.ts';
import type { Outcome } from './outcome.ts';

/** What it was, what it cost and where to look. */
export function lastWords({ stack, configPath }: DemoStack, outcome: Outcome, keep: boolean): string {
  const { task, mergedSha, productionDigest, cost } = outcome;
  const workflow = `${stack.uiUrl}/namespaces/${stack.namespace}/workflows/${encodeURIComponent(taskWorkflowId(task))}`;
  const seconds = (outcome.durationMs / 1_000).toFixed(1);
  const lines = [
    '',
    `${task} is ${outcome.outcome} after ${seconds} s: ${outcome.stages.length} stages, ${outcome.bounces} bounce, ` +
      `${outcome.healedByTimer} lost nudge healed by a timer, ${outcome.approvals} approval, ${outcome.events} history events.`,
    `Staging accepted and production runs ${productionDigest ?? 'nothing'},`,
    `built from ${mergedSha ?? 'nothing'}, which is the tip of main.`,
    `Cost: ${cost.agentRuns} agent runs, ${cost.tokensIn} tokens in, ${cost.tokensOut} out, ${cost.usd.toFixed(2)} USD.`,
    '',
  ];
  const look = keep
    ? [
        'Everything keeps running until Ctrl-C. Where to look:',
        `  Temporal Web UI   ${workflow}`,
        `  production        ${outcome.productionUrl}/greeting?name=Ada&lang=de`,
        `  commands          export CONVEYOR_CONFIG=${configPath}`,
        `                    npm run conveyor -- list --all; npm run conveyor -- explain ${task}`,
      ]
    : ['See it yourself: npm run demo -- --keep leaves everything running (Web UI, production, commands).'];
  return `${[...lines, ...look].join('\n')}\n`;
}
