/** Changes of the rules and of the interpreter that must not reach a task under way. */

export type Break = {
  /** What the changed code would do. */
  name: string;
  /** Its source, e.g. `domain/next.ts`; `find` is there once, in the code that the bundler made of it. */
  module: string;
  find: string | RegExp;
  replace: string;
  /** The history that does not replay with it, without its release. */
  in: string;
};

const SLEEP = '(0,_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__.sleep)(1)';

export const BREAKS: readonly Break[] = [
  {
    name: 'works before the gates of the row',
    module: 'domain/move.ts',
    find: /'enter',\s+'work'/,
    replace: "'work', 'enter'",
    in: 'deliverTask/taken-back',
  },
  {
    name: "reads a row's gates in another order",
    module: 'domain/on-gate.ts',
    find: 'stage.leave[index]',
    replace: 'stage.leave[stage.leave.length - 1 - index]',
    in: 'deliverTask/decisions',
  },
  {
    name: 'reaches a cap one fail earlier',
    module: 'domain/move.ts',
    find: 'chargeOf(state, gate) >= gate.cap ',
    replace: 'chargeOf(state, gate) >= gate.cap - 1 ',
    in: 'deliverTask/rework',
  },
  {
    name: 'asks at the first answer that concludes nothing',
    module: 'domain/on-gate.ts',
    find: 'count < pipeline.caps.inconclusive',
    replace: 'count < 1',
    in: 'deliverTask/inconclusive',
  },
  {
    name: 'takes no nudge for a reason to look',
    module: 'domain/advance.ts',
    find: "by === 'nudge' ? 'due-by-nudge'",
    replace: "by === 'nudge' ? 'waiting'",
    in: 'deliverTask/nudges',
  },
  {
    name: 'lets a nudge end the wait for a quota',
    module: 'domain/advance.ts',
    find: "'quota' && by === 'nudge'",
    replace: "'quota' && by === 'timer'",
    in: 'deliverTask/quota',
  },
  {
    name: 'does not wait after trouble',
    module: 'domain/advance.ts',
    find: /looks,\s+status: 'waiting'/,
    replace: "looks, status: 'due-by-timer'",
    in: 'deliverTask/trouble',
  },
  {
    name: 'ends a task that has landed at once',
    module: 'domain/advance.ts',
    find: /return state\.landed \?(?=[^:]+\{\s+abort:)/,
    replace: 'return false ?',
    in: 'deliverTask/cancel-after-landing',
  },
  {
    name: 'takes no decision',
    module: 'domain/advance.ts',
    find: "case 'decided':",
    replace: "case 'decided': return state; case 'decided later':",
    in: 'deliverTask/question',
  },
  {
    name: 'goes on while it is paused',
    module: 'domain/next.ts',
    find: "state.pause ? 'paused' : undefined",
    replace: 'undefined',
    in: 'deliverTask/paused',
  },
  {
    name: 'goes on while somebody holds the card',
    module: 'domain/next.ts',
    find: "state.hold ? 'held'",
    replace: "false ? 'held'",
    in: 'deliverTask/held',
  },
  {
    name: 'does not say what a move means',
    module: 'domain/next.ts',
    find: 'if (state.remark && !state.pause)',
    replace: 'if (false)',
    in: 'deliverTask/held',
  },
  {
    name: 'reminds nobody',
    module: 'domain/next.ts',
    find: 'if (reminderDue !== undefined)',
    replace: 'if (false)',
    in: 'deliverTask/question',
  },
  {
    name: 'leaves the card where it asked',
    module: 'domain/next.ts',
    find: "? undefined : 'entry'",
    replace: '? undefined : undefined',
    in: 'deliverTask/question',
  },
  {
    name: 'does not restore production before it takes the base back',
    module: 'domain/on-gate.ts',
    find: /phase: 'compensate',\s+index: 0/,
    replace: "phase: 'compensate', index: 1",
    in: 'deliverTask/taken-back',
  },
  {
    name: "works again instead of reading a person's push",
    module: 'domain/move.ts',
    find: "ownWork ? 'work-first' : 'gates-first'",
    replace: "'work-first'",
    in: 'deliverTask/stale',
  },
  {
    name: 'does not look at the card while an agent works',
    module: 'workflows/deliver-task.ts',
    find: 'return watchCard(scope.run(start))',
    replace: 'return scope.run(start)',
    in: 'deliverTask/nudges',
  },
  {
    name: 'does not stop the agent of a cancelled task',
    module: 'workflows/deliver-task.ts',
    find: "if (state.end && flight.kind === 'agent') flight.scope.cancel()",
    replace: 'void 0',
    in: 'deliverTask/cancel',
  },
  {
    name: 'does not make up for a look that failed after landing',
    module: 'workflows/deliver-task.ts',
    find: "state.landed && !state.end ? 'missed' : 'unread'",
    replace: "state.landed && !state.end ? 'read' : 'unread'; if (card === 'read') return",
    in: 'deliverTask/cancel-unread',
  },
  {
    name: 'sleeps after each step',
    module: 'workflows/deliver-task.ts',
    find: 'await take(step);',
    replace: `await take(step); await ${SLEEP};`,
    in: 'deliverTask/happy-path',
  },
  {
    name: 'leaves it to chance',
    module: 'workflows/deliver-task.ts',
    find: 'await take(step);',
    replace: `await take(step); if (Math.random() < 0.5) await ${SLEEP};`,
    in: 'deliverTask/happy-path',
  },
  {
    name: 'answers every nudge of a storm',
    module: 'workflows/deliver-task.ts',
    find: 'pipeline.looks.debounceMs > 0',
    replace: 'false',
    in: 'deliverTask/nudges',
  },
  {
    name: 'writes search attributes that did not change',
    module: 'workflows/deliver-task.ts',
    find: 'if (text === published) return;',
    replace: '',
    in: 'deliverTask/happy-path',
  },
  {
    name: 'waits without a timer',
    module: 'workflows/deliver-task.ts',
    find: /heard !== seen, ms, \{\s+summary\s+\}\)/,
    replace: 'heard !== seen)',
    in: 'deliverTask/happy-path',
  },
  {
    name: 'does not look at the card while a person is waited for',
    module: 'workflows/pace.ts',
    find: "why === 'question' || why === 'held'",
    replace: 'false',
    in: 'deliverTask/question',
  },
  {
    name: 'continues as new earlier',
    module: 'workflows/should-continue.ts',
    find: 'info.historyLength > continueAfterEvents',
    replace: 'info.historyLength > continueAfterEvents / 2',
    in: 'deliverTask/continue-as-new-1',
  },
  {
    name: 'does not tell the project of trouble',
    module: 'workflows/tell-project.ts',
    find: 'const project = ',
    replace: 'return before; const project = ',
    in: 'deliverTask/trouble',
  },
  {
    name: 'asks for another activity',
    module: 'workflows/perform.ts',
    find: '.pushWork.',
    replace: '.readCard.',
    in: 'deliverTask/happy-path',
  },
  {
    name: 'does not publish a report that failed',
    module: 'workflows/perform.ts',
    find: "report.verdict !== 'pass'",
    replace: 'false',
    in: 'deliverTask/rework',
  },
  {
    name: 'does not try again to notify',
    module: 'workflows/card.ts',
    find: "answer.notices === 'owed'",
    replace: 'false',
    in: 'deliverTask/question',
  },
  {
    name: 'tells no task that its card changed',
    module: 'domain/intake/plan.ts',
    find: 'if (state.toNudge.length > 0)',
    replace: 'if (false)',
    in: 'projectIntake/sweep-and-admission',
  },
  {
    name: 'lets in one after the other',
    module: 'domain/intake/plan.ts',
    find: 'const ADMISSIONS_AT_A_TIME = 10',
    replace: 'const ADMISSIONS_AT_A_TIME = 1',
    in: 'projectIntake/sweep-and-admission',
  },
  {
    name: 'sends no digest',
    module: 'domain/intake/plan.ts',
    find: 'if (day !== undefined)',
    replace: 'if (false)',
    in: 'projectIntake/sweep-and-admission',
  },
  {
    name: 'lets in while it is frozen',
    module: 'domain/intake/plan.ts',
    find: 'if (state.freeze) return [];',
    replace: '',
    in: 'projectIntake/freeze',
  },
  {
    name: 'keeps the memo of a freeze that was lifted',
    module: 'workflows/intake/listen.ts',
    find: /\(0,[^)]+\.upsertMemo\)(?=\(\{\s+\[[^\]]+\]: null)/,
    replace: '(() => undefined)',
    in: 'projectIntake/freeze',
  },
  {
    name: 'sends a refused notice again and again',
    module: 'workflows/intake/messenger.ts',
    find: 'refused.add(',
    replace: 'refused.delete(',
    in: 'projectIntake/incident',
  },
  {
    name: 'hears no trouble of tasks',
    module: 'workflows/intake/listen.ts',
    find: 'return report ? (0,_domain_intake_incident_ts__WEBPACK_IMPORTED_MODULE_5__.openIncident)',
    replace: 'return false ? (0,_domain_intake_incident_ts__WEBPACK_IMPORTED_MODULE_5__.openIncident)',
    in: 'projectIntake/incident',
  },
];

/** The bundle with one change in it; throws when what it changes is not there, or not once. */
export function broken(code: string, { name, module, find, replace }: Break): string {
  const header = `/***/ "./${module}"\n`;
  const start = code.indexOf(header);
  const end = code.indexOf('\n/***/ "', start + header.length);
  if (start < 0 || end < 0) throw new Error(`"${name}" changes ${module}, which is not in the bundle`);
  const before = code.slice(start, end);
  const found = typeof find === 'string' ? before.split(find).length - 1 : [...before.matchAll(global(find))].length;
  if (found !== 1) throw new Error(`"${name}": ${module} has ${found} times ${String(find)}, and should have it once`);
  return code.slice(0, start) + before.replace(find, () => replace) + code.slice(end);
}

function global({ source }: RegExp): RegExp {
  return new RegExp(source, 'g');
}
