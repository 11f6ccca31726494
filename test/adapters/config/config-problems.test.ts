import { describe, expect, test } from 'vitest';
import type { Case } from './config-file.ts';
import { DURATION, edited, LEAST, load, problemsOf } from './config-file.ts';

test('the file that the cases change has no problem itself', () => {
  expect(problemsOf(load(LEAST))).toEqual([]);
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
