import { gateSettings } from '../../domain/default-pipeline.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { stageOf } from '../../domain/pipeline.ts';
import { gateIn, without } from './table.ts';

/** A change of the default table, and everything the checks must say about it, as `path: sentence`. */
export type Refused = [why: string, change: (table: Pipeline) => void, problems: string[]];

const names: Refused[] = [
  ['without stages', (table) => (table.stages = []), ['stages: a pipeline needs at least one stage']],
  [
    'with two stages of one name',
    (table) => (stageOf(table, 'review').name = 'analysis'),
    ['stages.3.name: stage "analysis" is defined twice, first as row 1'],
  ],
  [
    'with a stage named like a target',
    (table) => (stageOf(table, 'review').name = 'done'),
    ['stages.3.name: "done" has a meaning of its own and cannot name a stage'],
  ],
  [
    'with a stage name that would break a key',
    (table) => (stageOf(table, 'review').name = 'a/b'),
    ['stages.3.name: stage name "a/b" must be lower-case letters, digits and "-", 40 characters at most'],
  ],
  [
    'with an unknown gate',
    (table) => (gateIn(table, 'review', 'leave').gate = 'reviews' as 'review'),
    [
      'stages.3.leave.0.gate: unknown gate "reviews" (did you mean "review"?), expected one of artifacts, approval, ci, protected-paths, review, tests, merge, staging, fresh, health',
    ],
  ],
  [
    'with a gate twice in a row',
    (table) => (gateIn(table, 'development', 'leave', 1).gate = 'ci'),
    ['stages.2.leave.1.gate: gate "ci" stands twice in stage "development"'],
  ],
  [
    'with a row that asks for no evidence',
    (table) => (stageOf(table, 'review').leave = []),
    ['stages.3.leave: stage "review" has no leave gate: without evidence nothing passes'],
  ],
  [
    'with an unknown role',
    (table) => (stageOf(table, 'testing').work = { kind: 'agent', role: 'texter' }),
    [
      'stages.4.work.role: unknown role "texter" (did you mean "tester"?), expected one of analyst, architect, developer, reviewer, tester',
    ],
  ],
  [
    'with a role named like a property every object has',
    (table) => (stageOf(table, 'testing').work = { kind: 'agent', role: 'constructor' }),
    ['stages.4.work.role: unknown role "constructor", expected one of analyst, architect, developer, reviewer, tester'],
  ],
  [
    'with unknown actions',
    (table) => {
      stageOf(table, 'deploy').prepare = 'lend' as 'land';
      stageOf(table, 'deploy').work = { kind: 'action', action: 'release' as 'promote' };
      stageOf(table, 'deploy').compensate = ['undo' as 'revert'];
    },
    [
      'stages.6.prepare: unknown prepare "lend" (did you mean "land"?), expected one of sync, land',
      'stages.6.work.action: unknown action "release", expected one of candidate, promote',
      'stages.6.compensate.0: unknown compensate action "undo", expected one of restore, revert',
      'stages.6.compensate: stage "deploy" cannot compensate: nothing has landed when it runs',
    ],
  ],
  [
    'when a role owes documents and names none, or names what it does not owe, or a path',
    (table) => {
      table.roles['analyst'] = { owes: 'documents', documents: [] };
      table.roles['tester'] = { owes: 'judgement', documents: ['a.md'] };
      table.roles['architect'] = { owes: 'documents', documents: ['../a.md'] };
    },
    [
      'roles.analyst.documents: role "analyst" owes documents, but names none',
      'roles.architect.documents: "../a.md" must be a plain file name such as analysis.md',
      'roles.tester.documents: role "tester" owes judgement, so it cannot owe documents as well',
    ],
  ],
];

const limits: Refused[] = [
  [
    'when a gate that bounces has no cap',
    (table) => (gateIn(table, 'development', 'leave').cap = 'none'),
    [
      'stages.2.leave.0.cap: gate "ci" needs a cap: only an approval, or a gate whose fail goes to operators, may have "none"',
    ],
  ],
  [
    'when failed work would count nowhere',
    (table) => (stageOf(table, 'analysis').leave = stageOf(table, 'analysis').leave.toReversed()),
    [
      'stages.0.leave.0.cap: a fail of the work counts at the first leave gate: give "approval" a cap, or put another gate before it',
    ],
  ],
  [
    'when a cap, a limit, a poll or a look is no number to count on',
    (table) => {
      table.caps.bounces = 0;
      table.looks.troubleMs = Number.NaN;
      Object.assign(gateIn(table, 'development', 'leave'), {
        cap: 1.5,
        limitMs: Number.POSITIVE_INFINITY,
        pollMs: { first: 2, longest: 1 },
      });
    },
    [
      'stages.2.leave.0.cap: cap of gate "ci" must be a whole number of at least 1, or "none"',
      'stages.2.leave.0.limitMs: limit of gate "ci" must be longer than nothing',
      'stages.2.leave.0.pollMs: poll of gate "ci" must have a first distance and a longest one not below it',
      'caps.bounces: cap "bounces" must be a whole number of at least 1',
      'looks.troubleMs: the distance between two looks must be longer than nothing',
    ],
  ],
];

const flow: Refused[] = [
  [
    'when pass names no stage; nothing is said of what might have been reached by it',
    (table) => (stageOf(table, 'development').onPass = 'reveiw'),
    [
      'stages.2.onPass: unknown stage "reveiw" (did you mean "review"?), expected one of analysis, architecture, development, review, testing, deploy-staging, deploy, done',
    ],
  ],
  [
    'when passing leads back, so that there is no way to done',
    (table) => (stageOf(table, 'deploy').onPass = 'deploy-staging'),
    ['stages.6.onPass: no way to done: pass of "deploy" goes back to "deploy-staging", expected one of done'],
  ],
  [
    'when fail names no stage, told once for all gates that inherit it',
    (table) => {
      stageOf(table, 'review').onFail = 'develop';
      gateIn(table, 'review', 'leave').onFail = 'develop';
    },
    [
      'stages.3.onFail: unknown stage "develop", expected one of analysis, architecture, development, review, operators',
    ],
  ],
  [
    'when a gate sends a fail ahead, past the gates in between',
    (table) => (gateIn(table, 'review', 'leave').onFail = 'deploy'),
    [
      'stages.3.leave.0.onFail: a fail cannot skip ahead to "deploy", expected one of analysis, architecture, development, review, operators',
    ],
  ],
  [
    'when a stage is unreachable',
    (table) => (stageOf(table, 'analysis').onPass = 'development'),
    ['stages.1.name: stage "architecture" is unreachable: no pass or fail of a reachable stage leads to it'],
  ],
];

const subjects: Refused[] = [
  [
    'when a gate asks about what no earlier row makes',
    (table) => stageOf(table, 'development').leave.push(gateSettings('staging', 'development')),
    [
      'stages.2.leave.2.gate: gate "staging" in stage "development" has nothing to work on: "action: candidate" must come before it',
    ],
  ],
  [
    'when documents are asked for and nobody owes any',
    (table) => {
      table.roles['analyst'] = { owes: 'changes', documents: [] };
      without(table, 'architecture');
    },
    [
      'stages.0.leave.0.gate: gate "artifacts" in stage "analysis" has nothing to work on: work of a role that owes documents must come before it',
      'stages.0.leave.1.gate: gate "approval" in stage "analysis" has nothing to work on: work of a role that owes documents must come before it',
    ],
  ],
  [
    'when tests are judged in a row nobody tests in',
    (table) => stageOf(table, 'development').leave.push(gateSettings('tests', 'development')),
    [
      'stages.2.leave.2.gate: gate "tests" in stage "development" has nothing to work on: work, in this row, of a role that owes a judgement must come before it',
    ],
  ],
  [
    'when it lands what staging has not accepted',
    (table) => {
      without(table, 'deploy-staging');
      stageOf(table, 'testing').onPass = 'deploy';
    },
    [
      'stages.5.prepare: "prepare: land" in stage "deploy" has nothing to work on: "prepare: sync" must come before it',
      'stages.5.enter.0.gate: gate "fresh" in stage "deploy" has nothing to work on: a gate "staging" must come before it',
      'stages.5.work: "action: promote" in stage "deploy" has nothing to work on: "action: candidate" must come before it',
    ],
  ],
  [
    'when an agent changes the head between the candidate and the landing',
    (table) => {
      const fix = structuredClone(stageOf(table, 'development'));
      Object.assign(fix, { name: 'fix', lane: 'release', onPass: 'deploy' });
      stageOf(table, 'deploy-staging').onPass = 'fix';
      table.stages.splice(6, 0, fix);
    },
    [
      'stages.7.prepare: "prepare: land" in stage "deploy" has nothing to work on: "prepare: sync" must come before it',
      'stages.7.enter.0.gate: gate "fresh" in stage "deploy" has nothing to work on: a gate "staging" must come before it',
      'stages.7.work: "action: promote" in stage "deploy" has nothing to work on: "action: candidate" must come before it',
    ],
  ],
];

const landing: Refused[] = [
  [
    'when a fail after land neither compensates nor goes to operators',
    (table) => (stageOf(table, 'deploy').compensate = []),
    [
      'stages.6.onFail: a fail of "deploy" comes after "land": add "compensate: [restore, revert]" or send it to "operators"',
    ],
  ],
  [
    'when only one gate after land does so',
    (table) => {
      stageOf(table, 'deploy').compensate = [];
      stageOf(table, 'deploy').onFail = 'operators';
    },
    [
      'stages.6.leave.0.onFail: a fail of "deploy" comes after "land": add "compensate: [restore, revert]" or send it to "operators"',
    ],
  ],
  [
    'when the base is taken back before production',
    (table) => (stageOf(table, 'deploy').compensate = ['revert', 'restore']),
    ['stages.6.compensate: compensate must be [restore, revert]: production first, then the base branch'],
  ],
  [
    'when it goes back into the lane it has just freed',
    (table) => (gateIn(table, 'deploy', 'leave').onFail = 'deploy-staging'),
    [
      'stages.6.leave.0.onFail: after compensation the lane is free, so the fail must go to a stage before lane "release", not to "deploy-staging"',
    ],
  ],
  [
    'when it compensates where nothing has landed',
    (table) => (stageOf(table, 'deploy-staging').compensate = ['restore', 'revert']),
    ['stages.5.compensate: stage "deploy-staging" cannot compensate: nothing has landed when it runs'],
  ],
  [
    'when it changes the base or an environment outside a lane',
    (table) => {
      delete stageOf(table, 'deploy').lane;
      delete stageOf(table, 'deploy-staging').lane;
    },
    [
      'stages.5.prepare: "prepare: sync" needs a lane: without the repository\'s turn two tasks would collide',
      'stages.5.work: "action: candidate" needs a lane: without the repository\'s turn two tasks would collide',
      'stages.6.prepare: "prepare: land" needs a lane: without the repository\'s turn two tasks would collide',
      'stages.6.work: "action: promote" needs a lane: without the repository\'s turn two tasks would collide',
    ],
  ],
  [
    'when it changes lanes on the way',
    (table) => (stageOf(table, 'deploy').lane = 'production'),
    [
      'stages.5.onPass: stage "deploy-staging" is in lane "release", so pass must stay in it or be "done"; "deploy" is not in it',
    ],
  ],
  [
    'when nothing proves production after landing',
    (table) => (stageOf(table, 'deploy').leave = [gateSettings('staging', 'operators')]),
    ['stages.6.prepare: after "land" a gate "health" must prove production before "done"'],
  ],
];

export const REFUSED: Refused[] = [...names, ...limits, ...flow, ...subjects, ...landing];
