import { describe, expect, test } from 'vitest';
import { LEAST, load, problemsOf } from './config-file.ts';

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

const DURATION = 'expected a duration such as 500ms, 30s, 10m, 2h or 3d, more than 0 and at most 366d';
const GATES = 'expected one of artifacts, approval, ci, protected-paths, review, tests, merge, staging, fresh, health';

/** Replaces the first text by the second, which must be there. */
function edited(text: string, edits: [from: string, to: string][]): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`"${from}" is not in the file`);
    return before.replace(from, to);
  }, text);
}

test('the table that the cases change has no problem itself', () => {
  expect(problemsOf(load(TABLE))).toEqual([]);
  expect(problemsOf(load(LEAST))).toEqual([]);
});

type Case = [why: string, edits: [from: string, to: string][], problems: string[]];

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

describe('a project in the file', () => {
  const cases: Case[] = [
    [
      'names an unknown pipeline',
      [['    build:', '    pipeline: defualt\n    build:']],
      ['4:15 unknown pipeline "defualt" (did you mean "default"?), expected one of default'],
    ],
    [
      'has no agent for a role that works',
      [['  architect: { command: [agent] }\n', '']],
      [
        '2:3 role "architect" works in pipeline "default", but no agent is configured for it: add agents.architect.command',
      ],
    ],
    [
      'has an agent for a role nobody plays',
      [['    build:', '    agents: { developper: { total: 1h } }\n    build:']],
      [
        '4:15 unknown role "developper" (did you mean "developer"?), expected one of analyst, architect, developer, reviewer, tester',
      ],
    ],
    [
      'has a key that is no project key',
      [['  ORCH:', '  orch-1:']],
      ['2:3 a project key is upper-case letters and digits, such as ORCH'],
    ],
    [
      'accepts what cannot be accepted',
      [['    build:', '    policy: { acceptable: [ci, fresh, cy] }\n    build:']],
      [
        '4:32 gate "fresh" can never be accepted without its evidence, expected one of ci, protected-paths, review, tests, staging',
        '4:39 unknown gate "cy" (did you mean "ci"?), expected one of ci, protected-paths, review, tests, staging',
      ],
    ],
    [
      'gives two roles one state',
      [['    build:', '    states: { entry: Doing, blocked: Done }\n    build:']],
      ['4:38 state "Done" already means "done": each role needs its own'],
    ],
    [
      'builds into a folder outside the checkout',
      [['output: dist', 'output: ../dist']],
      ['4:55 "../dist" must be a folder inside the checkout, as a relative path'],
    ],
    [
      'runs two environments on one port',
      [
        ['staging: { start: [node, server.js] }', 'staging: { start: [node, server.js], port: 80 }'],
        ['production: { start: [node, server.js] }', 'production: { start: [node, server.js], port: 80 }'],
      ],
      ['7:53 port 80 is already the one of ORCH/staging'],
    ],
    [
      'uses a tracker that does not exist',
      [['    build:', '    tracker: locl\n    build:']],
      ['4:14 unknown value "locl" (did you mean "local"?), expected one of local'],
    ],
    [
      'lets in by numbers that are none',
      [['    build:', '    intake: { wip: 0, fullSweep: hourly, digestHour: 24, wipp: 1 }\n    build:']],
      [
        '4:20 expected a whole number, 1 or more, not 0',
        `4:34 ${DURATION}, not "hourly"`,
        '4:54 expected an hour from 0 to 23 (UTC), or never, not 24',
        '4:58 unknown key "wipp" (did you mean "wip"?), expected one of wip, fullSweep, digestHour',
      ],
    ],
    [
      'is called by its servers what they never call anything',
      [['    build:', '    webhooks: { planeProject: orchard, giteaRepo: orchard, planProject: x }\n    build:']],
      [
        '4:31 expected an id such as 9c1f7d52-3b0e-4a57-8f64-2d1f5be0a913',
        '4:51 expected owner/name, such as acme/orchard',
        '4:60 unknown key "planProject" (did you mean "planeProject"?), expected one of planeProject, giteaRepo',
      ],
    ],
    ['writes a command as a line', [['[make]', 'make all']], ['4:39 expected a list, not "make all"']],
    ['lacks an environment', [[/ {6}production:.*\n/.exec(LEAST)?.[0] ?? '', '']], ['5:5 missing "production"']],
  ];

  test.each(cases)('%s', (_why, edits, problems) => {
    expect(problemsOf(load(edited(LEAST, edits)))).toEqual(problems);
  });
});

test('two projects cannot be the same one to a server, however it is spelt', () => {
  const hooks = (uuid: string, repo: string): string => `    webhooks: { planeProject: ${uuid}, giteaRepo: ${repo} }\n`;
  const first = LEAST.replace(
    '    build:',
    `${hooks('9c1f7d52-3b0e-4a57-8f64-2d1f5be0a913', 'acme/orchard')}    build:`,
  );
  const project = /  ORCH:\n(?: {4}.*\n)*/.exec(first)?.[0] ?? '';
  const second = project.replace('ORCH', 'PEAR').replace('9c1f7d52', '9C1F7D52').replace('acme', 'Acme');
  expect(problemsOf(load(first.replace(project, project + second)))).toEqual([
    '11:31 planeProject "9C1F7D52-3b0e-4a57-8f64-2d1f5be0a913" is already the one of ORCH',
    '11:80 giteaRepo "Acme/orchard" is already the one of ORCH',
  ]);
});

describe('notifiers in the file', () => {
  const ADDRESS = 'expected an address such as https://hooks.example.com/conveyor, without a user or a password';
  const CHAT = 'expected the number of a chat, such as -1001234567890, or the @name of a channel';
  const cases: [why: string, written: string, problems: string[]][] = [
    ['are none', '[]', ['14:9 expected at least one notifier, or no "notify" at all']],
    ['are not listed', '{ kind: log }', ['14:9 expected a list, not a mapping']],
    ['are named only', '[log]', ['14:10 expected a mapping, not "log"']],
    ['have no kind', '[{ url: x }]', ['14:10 missing "kind"']],
    [
      'are of a kind that does not exist',
      '[{ kind: telegrm, chat: 1 }]',
      ['14:18 unknown kind "telegrm" (did you mean "telegram"?), expected one of log, webhook, telegram'],
    ],
    ['lack their address', '[{ kind: webhook }]', ['14:10 missing "url"']],
    ['lack their chat', '[{ kind: telegram }]', ['14:10 missing "chat"']],
    [
      'have a key of another kind',
      '[{ kind: log, url: https://x.org }]',
      ['14:23 unknown key "url", expected one of kind'],
    ],
    ['go to an address of no server', '[{ kind: webhook, url: "file:///etc/passwd" }]', [`14:32 ${ADDRESS}`]],
    ['go to no address', '[{ kind: webhook, url: "http://[" }]', [`14:32 ${ADDRESS}`]],
    ['hold a password', '[{ kind: webhook, url: "https://ann:s3cret@x.org/" }]', [`14:32 ${ADDRESS}`]],
    ['ask another server than the bot API', '[{ kind: telegram, chat: 1, api: api }]', [`14:42 ${ADDRESS}`]],
    ['go to a chat that is none', '[{ kind: telegram, chat: orchard }]', [`14:34 ${CHAT}`]],
    ['go to half a chat', '[{ kind: telegram, chat: 1.5 }]', [`14:34 ${CHAT}`]],
    [
      'are there twice',
      '[{ kind: telegram, chat: 7 }, { kind: log }, { kind: telegram, chat: "7" }, { kind: log }]',
      ['14:54 this notifier is already there, as number 1', '14:85 this notifier is already there, as number 2'],
    ],
  ];

  test.each(cases)('%s', (_why, written, problems) => {
    expect(problemsOf(load(`${LEAST}notify: ${written}\n`))).toEqual(problems);
  });
});

test('accounts of ours are names by server', () => {
  expect(problemsOf(load(`${LEAST}ourAccounts: { plane: [conveyor], gitea: conveyor, giteea: [] }\n`))).toEqual([
    '14:24 expected an id such as 9c1f7d52-3b0e-4a57-8f64-2d1f5be0a913',
    '14:42 expected a list, not "conveyor"',
    '14:52 unknown key "giteea" (did you mean "gitea"?), expected one of plane, gitea',
  ]);
});

describe('a file that is no configuration at all', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
    'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
    'd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]',
  ].join('\n');

  const cases: [string, string, string[]][] = [
    ['is empty', '', ['1:1 expected a mapping, not nothing']],
    ['is a list', '- a', ['1:1 expected a mapping, not a list']],
    ['has no project', 'projects: {}', ['1:11 expected at least one project, not a mapping']],
    ['breaks the syntax', 'projects:\n  ORCH: [a\nx: 1', ['not valid YAML']],
    [
      'forgets the quotes around work',
      'a: agent: developer',
      ['1:4 not valid YAML: Nested mappings are not allowed in compact mappings'],
    ],
    ['has a key twice', 'data: a\ndata: b', ['2:1 not valid YAML: Map keys must be unique']],
    [
      'explodes by aliases',
      bomb,
      ['1:1 not usable YAML: Excessive alias count indicates a resource exhaustion attack'],
    ],
    ['names an anchor that is not there', 'a: *b', ['not usable YAML: Unresolved alias']],
    ['is nested deeper than anybody writes', '['.repeat(100_000), ['YAML']],
    ['is larger than any configuration', `# ${'x'.repeat(1024 * 1024)}`, ['1:1 the file is larger than 1 MiB']],
    ['merges by a key', 'data: &a x\nprojects:\n  ORCH: { <<: *a }', ['3:11 unknown key "<<"']],
  ];

  test.each(cases)('%s', (_why, text, parts) => {
    const told = problemsOf(load(text)).join('\n');
    for (const part of parts) expect(told).toContain(part);
  });

  test('breaks the syntax in two places, and both are told', () => {
    expect(problemsOf(load('data: [a\nprojects:\n  "x\n'))).toHaveLength(2);
  });

  test('an alias is an ordinary way to say something twice', () => {
    const text = LEAST.replace('analyst: {', 'analyst: &a {').replace(
      'architect: { command: [agent] }',
      'architect: *a',
    );
    expect(problemsOf(load(text))).toEqual([]);
  });
});
