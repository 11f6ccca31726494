import { unknownName } from '../did-you-mean.ts';
import type { Pipeline, Stage } from '../pipeline.ts';
import { DONE, GATE_NAMES, OPERATORS } from '../pipeline.ts';
import type { TableProblem } from './table.ts';
import { COMPENSATE_ACTIONS, gatesOf, PREPARE_ACTIONS, problem, WORK_ACTIONS } from './table.ts';

const RESERVED: readonly string[] = [DONE, OPERATORS];
const STAGE_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Stage names: well formed, told apart, not one of the words the table uses itself. */
export function checkStageNames(pipeline: Pipeline): TableProblem[] {
  if (pipeline.stages.length === 0) return [problem(['stages'], 'a pipeline needs at least one stage')];
  return pipeline.stages.flatMap(({ name }, index) => {
    const path = ['stages', index, 'name'];
    if (RESERVED.includes(name)) return [problem(path, `"${name}" has a meaning of its own and cannot name a stage`)];
    if (!STAGE_NAME.test(name)) {
      return [problem(path, `stage name "${name}" must be lower-case letters, digits and "-", 40 characters at most`)];
    }
    const first = pipeline.stages.findIndex((stage) => stage.name === name);
    return first < index ? [problem(path, `stage "${name}" is defined twice, first as row ${first + 1}`)] : [];
  });
}

/** Every gate is known and stands once in its row; no row passes without evidence. */
export function checkGateNames(pipeline: Pipeline): TableProblem[] {
  return pipeline.stages.flatMap((stage, row) => {
    const placed = gatesOf(stage);
    const problems = placed.flatMap(({ gate: { gate }, side, index }, place) => {
      const path = ['stages', row, side, index, 'gate'];
      if (!(GATE_NAMES as readonly string[]).includes(gate))
        return [problem(path, unknownName('gate', gate, GATE_NAMES))];
      const twice = placed.findIndex((other) => other.gate.gate === gate) < place;
      return twice ? [problem(path, `gate "${gate}" stands twice in stage "${stage.name}"`)] : [];
    });
    if (stage.leave.length > 0) return problems;
    const bare = `stage "${stage.name}" has no leave gate: without evidence nothing passes`;
    return [...problems, problem(['stages', row, 'leave'], bare)];
  });
}

/** Prepare, work and compensate name actions and roles that exist. */
export function checkActionNames(pipeline: Pipeline): TableProblem[] {
  return pipeline.stages.flatMap((stage, row) => [
    ...(stage.prepare === undefined
      ? []
      : known('prepare', stage.prepare, PREPARE_ACTIONS, ['stages', row, 'prepare'])),
    ...checkWork(pipeline, stage, row),
    ...stage.compensate.flatMap((action, index) =>
      known('compensate action', action, COMPENSATE_ACTIONS, ['stages', row, 'compensate', index]),
    ),
  ]);
}

function checkWork(pipeline: Pipeline, { work }: Stage, row: number): TableProblem[] {
  switch (work.kind) {
    case 'agent':
      return known('role', work.role, Object.keys(pipeline.roles), ['stages', row, 'work', 'role']);
    case 'action':
      return known('action', work.action, WORK_ACTIONS, ['stages', row, 'work', 'action']);
  }
}

function known(what: string, name: string, allowed: readonly string[], path: (string | number)[]): TableProblem[] {
  return allowed.includes(name) ? [] : [problem(path, unknownName(what, name, allowed))];
}

const DOCUMENT_NAME = /^\w[\w.-]*$/;

/** A role that owes documents says which, as plain file names; another owes none. */
export function checkRoles(pipeline: Pipeline): TableProblem[] {
  return Object.entries(pipeline.roles).flatMap(([name, role]) => {
    const path = ['roles', name, 'documents'];
    if (role.owes === 'documents' && role.documents.length === 0) {
      return [problem(path, `role "${name}" owes documents, but names none`)];
    }
    if (role.owes !== 'documents' && role.documents.length > 0) {
      return [problem(path, `role "${name}" owes ${role.owes}, so it cannot owe documents as well`)];
    }
    return role.documents
      .filter((document) => !DOCUMENT_NAME.test(document))
      .map((document) => problem(path, `"${document}" must be a plain file name such as analysis.md`));
  });
}
