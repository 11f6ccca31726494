import { checkReach, checkTargets } from './checks/flow.ts';
import { checkLanding } from './checks/landing.ts';
import { checkLimits } from './checks/limits.ts';
import { checkActionNames, checkGateNames, checkRoles, checkStageNames } from './checks/names.ts';
import { checkSubjects } from './checks/subjects.ts';
import type { TableProblem } from './checks/table.ts';
import type { Pipeline } from './pipeline.ts';

export type { TableProblem } from './checks/table.ts';

/**
 * Everything that is wrong with a table, each with the path to it in the resolved `Pipeline`; empty = usable.
 * Takes any names, also ones the types forbid, and never throws. What would only follow from an unknown name
 * is left out, so that one mistake is told once.
 */
export function checkPipeline(pipeline: Pipeline): TableProblem[] {
  const names = checkStageNames(pipeline);
  const actions = checkActionNames(pipeline);
  const own = [...names, ...checkGateNames(pipeline), ...actions, ...checkRoles(pipeline), ...checkLimits(pipeline)];
  // Rows without a usable name cannot be pointed to: every reference would look wrong.
  if (names.length > 0) return own;
  const targets = checkTargets(pipeline);
  return [
    ...own,
    ...targets,
    ...(targets.length > 0 ? [] : checkReach(pipeline)),
    ...(actions.length > 0 || targets.length > 0 ? [] : checkSubjects(pipeline)),
    ...checkLanding(pipeline),
  ];
}
