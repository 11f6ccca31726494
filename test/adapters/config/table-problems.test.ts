import { describe, expect, test } from 'vitest';
import type { Case } from './config-file.ts';
import { DURATION, edited, load, problemsOf } from './config-file.ts';

/** A project on its own table `p`, which every case changes in one place. */
const TABLE = `projects:
  ORCH:
    repo: orchard
    pipeline: p
    build: { image: orchard, command: [make], output: dist }
    environments:
      staging: { start: [node, server.js] }
      production: { start: [node, server.js] }
agents:
  developer: { command: [agent] }
  tester: { command: [agent] }
pipelines:
  p:
    stages:
      - name: development
        work: 'agent: developer'
        leave: [ci, { gate: protected-paths, cap: 2 }]
        pass: testing
        fail: development
      - name: testing
        work: 'agent: tester'
        leave: [tests]
        pass: staging
        fail: development
      - name: staging
        prepare: sync
        enter: [merge]
        work: 'action: candidate'
        leave: [staging]
        pass: production
        fail: development
        lane: release
      - name: production
        prepare: land
        enter: [fresh]
        work: 'action: promote'
        leave: [health]
        pass: done
        fail: development
        lane: release
        compensate: [restore, revert]
    caps: { bounces: 6, inconclusive: 2, stale: 5 }
`;

const GATES = 'expected one of artifacts, approval, ci, protected-paths, review, tests, merge, staging, fresh, health';

test('the table that the cases change has no problem itself', () => {
  expect(problemsOf(load(TABLE))).toEqual([]);
});

describe('a table in the file', () => {
  const cases: Case[] = [
    ['names an unknown gate', [['[ci, {', '[cj, {']], [`17:17 unknown gate "cj" (did you mean "ci"?), ${GATES}`]],
    [
      'has a stage that cannot be reached',
      [['pass: testing', 'pass: staging']],
      ['20:15 stage "testing" is unreachable: no pass or fail of a reachable stage leads to it'],
    ],
    [
      'has no way to done',
      [['pass: done', 'pass: staging']],
      ['38:15 no way to done: pass of "production" goes back to "staging", expected one of done'],
    ],
    [
      'has a gate without a cap',
      [['[ci, {', '[{ gate: ci, cap: none }, {']],
      ['17:34 gate "ci" needs a cap: only an approval, or a gate whose fail goes to operators, may have "none"'],
    ],
    [
      'leaves a cap empty',
      [['cap: 2', 'cap: ']],
      ['17:52 expected a whole number from 1 to 100, or none, not nothing'],
    ],
    ['lacks a cap of the whole task', [['bounces: 6, ', '']], ['42:5 missing "bounces"']],
    ['has a wrong type', [['[tests]', 'tests']], ['22:16 expected a list, not "tests"']],
    [
      'has an unknown key',
      [['        pass: staging', '        psas: staging\n        pass: staging']],
      [
        '23:9 unknown key "psas" (did you mean "pass"?), expected one of name, prepare, enter, work, leave, pass, fail, lane, compensate',
      ],
    ],
    ['lacks a cell', [["        work: 'agent: tester'\n", '']], ['20:9 missing "work"']],
    [
      'writes work as no work',
      [["'agent: tester'", 'tester']],
      ["21:15 expected 'agent: <role>', 'action: candidate' or 'action: promote'"],
    ],
    [
      'names an unknown role',
      [["'agent: tester'", "'agent: tster'"]],
      [
        '2:3 role "tster" works in pipeline "p", but no agent is configured for it: add agents.tster.command',
        '21:15 unknown role "tster" (did you mean "tester"?), expected one of analyst, architect, developer, reviewer, tester',
      ],
    ],
    [
      'names an unknown action',
      [["'action: promote'", "'action: promte'"]],
      ['36:15 unknown action "promte" (did you mean "promote"?), expected one of candidate, promote'],
    ],
    [
      'names a stage twice',
      [['- name: testing', '- name: development']],
      ['20:15 stage "development" is defined twice, first as row 1'],
    ],
    [
      'passes to an unknown stage',
      [['pass: testing', 'pass: testng']],
      [
        '18:15 unknown stage "testng" (did you mean "testing"?), expected one of development, testing, staging, production, done',
      ],
    ],
    [
      'sends a fail to an unknown stage',
      [['fail: development', 'fail: develop']],
      ['19:15 unknown stage "develop", expected one of development, operators'],
    ],
    [
      'does not take back what it landed',
      [['        compensate: [restore, revert]\n', '']],
      [
        '39:15 a fail of "production" comes after "land": add "compensate: [restore, revert]" or send it to "operators"',
      ],
    ],
    [
      'asks a gate about what nobody has made yet',
      [['[ci, {', '[ci, staging, {']],
      ['17:21 gate "staging" in stage "development" has nothing to work on: "action: candidate" must come before it'],
    ],
    ['sets a limit that is no duration', [['cap: 2', 'limit: 90']], [`17:53 ${DURATION}, not 90`]],
    [
      'sets a poll that is neither a duration nor two',
      [['cap: 2', 'poll: soon']],
      [`17:52 ${DURATION}, or a mapping of first and longest, not "soon"`],
    ],
  ];

  test.each(cases)('%s', (_why, edits, problems) => {
    expect(problemsOf(load(edited(TABLE, edits))).sort()).toEqual([...problems].sort());
  });

  test('has everything wrong at once, and all of it is told in the order of the file', () => {
    const text = edited(TABLE, [
      ['repo: orchard', 'repo: 7'],
      ['[ci, {', '[cj, {'],
      ['pass: testing', 'pass: staging'],
      ['[tests]', 'tests'],
      ['        compensate: [restore, revert]\n', ''],
      ['bounces: 6, ', ''],
      ['    caps:', '    kaps: 1\n    caps:'],
    ]);
    expect(problemsOf(load(text))).toEqual([
      '3:11 expected text, not 7',
      `17:17 unknown gate "cj" (did you mean "ci"?), ${GATES}`,
      '20:15 stage "testing" is unreachable: no pass or fail of a reachable stage leads to it',
      '22:16 expected a list, not "tests"',
      '39:15 a fail of "production" comes after "land": add "compensate: [restore, revert]" or send it to "operators"',
      '41:5 unknown key "kaps" (did you mean "caps"?), expected one of stages, roles, caps, looks',
      '42:5 missing "bounces"',
    ]);
  });
});
