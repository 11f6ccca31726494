import { workflowInfo } from '@temporalio/workflow';

/** Whether the history is long enough to start a new one: Temporal says so, or the input's own limit is passed. */
export function shouldContinue({ continueAfterEvents }: { continueAfterEvents?: number }): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || (continueAfterEvents !== undefined && info.historyLength > continueAfterEvents);
}
