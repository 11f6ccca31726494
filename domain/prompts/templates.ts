import type { RoleOwes } from '../pipeline.ts';
import { ANALYST } from './analyst.ts';
import { ARCHITECT } from './architect.ts';
import { DEVELOPER } from './developer.ts';
import { GENERAL } from './general.ts';
import { REVIEWER } from './reviewer.ts';
import { TESTER } from './tester.ts';

type Known = { owes: RoleOwes; template: string };

const KNOWN = new Map<string, Known>([
  ['analyst', { owes: 'documents', template: ANALYST }],
  ['architect', { owes: 'documents', template: ARCHITECT }],
  ['developer', { owes: 'changes', template: DEVELOPER }],
  ['reviewer', { owes: 'judgement', template: REVIEWER }],
  ['tester', { owes: 'judgement', template: TESTER }],
]);

/** The role's own template, unless the pipeline gives that name to a role that owes something else. */
export function templateFor(role: string, owes: RoleOwes): string {
  const known = KNOWN.get(role);
  return known?.owes === owes ? known.template : GENERAL;
}
