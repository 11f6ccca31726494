import { describe, expect, it } from 'vitest';
import { conveyor, deadlineExceeded, explainView, fakeClient, MINUTE, NOW, workflowInfo } from './support.ts';

const asking = explainView({
  status: 'asking',
  stage: 'review',
  sentence: 'question 4: review failed 3 times',
  question: {
    number: 4,
    cause: 'cap',
    stage: 'review',
    gate: 'review',
    why: 'review failed 3 times',
    findings: [{ text: 'the error case is missing', where: 'service/server.mjs' }],
    answers: ['retry', 'accept', 'back', 'abort'],
    mode: 'silent',
    askedAt: NOW,
    told: 'told',
    lane: 'give-up',
  },
  trouble: {
    type: 'Local.Away',
    class: 'transient',
    message: 'it does not answer',
    integration: 'forge',
    since: NOW - 4 * MINUTE,
  },
});
const client = fakeClient({ handle: { query: (name) => (name === 'explain' ? asking : undefined) } });

describe('conveyor explain', () => {
  it('tells a person the sentence, the verdicts with their subjects, the question, the trouble and the next look', async () => {
    const { stdout } = await conveyor(['explain', 'DEMO-1'], { client, tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "DEMO-1: Say goodbye
      question 4: review failed 3 times

      at       stage        attempt  what     verdict  about           because
      20m ago  analysis     1        analyst  pass     documents d0c5  wrote analysis.md
      8m ago   development           ci       fail     head a1b2c3d    check test failed

      Question 4: review failed 3 times
        - the error case is missing (service/server.mjs)
        → conveyor decide DEMO-1 4 retry
        → conveyor decide DEMO-1 4 accept --reason "why"
        → conveyor decide DEMO-1 4 back --to STAGE
        → conveyor decide DEMO-1 4 abort
      Trouble with forge, first met 4m ago: it does not answer (Local.Away)
      Looks again by itself in 30s.
      "
    `);
  });

  it('never cuts the reason, however narrow the terminal', async () => {
    const { stdout } = await conveyor(['explain', 'DEMO-1'], { client, tty: 'tty', columns: 70 });
    expect(stdout).toMatch(/check test failed$/m);
  });

  it('gives a program the verdict log as TSV, then the sentence, the question with its answers, and the trouble', async () => {
    const { stdout } = await conveyor(['explain', 'DEMO-1'], { client });
    expect(stdout.replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "2026-03-01T11:40:00.000Z | analysis | 1 | analyst | pass | documents d0c5 | wrote analysis.md
      2026-03-01T11:52:00.000Z | development |  | ci | fail | head a1b2c3d4e5f60718293a4b5c6d7e8f9001122334 | check test failed
      2026-03-01T11:53:00.000Z | review |  | now | asking |  | question 4: review failed 3 times
      2026-03-01T12:00:00.000Z | review |  | question 4 | asks |  | review failed 3 times
      2026-03-01T12:00:00.000Z | review |  | finding |  | service/server.mjs | the error case is missing
       | review |  | answer |  |  | conveyor decide DEMO-1 4 retry
       | review |  | answer |  |  | conveyor decide DEMO-1 4 accept --reason "why"
       | review |  | answer |  |  | conveyor decide DEMO-1 4 back --to STAGE
       | review |  | answer |  |  | conveyor decide DEMO-1 4 abort
      2026-03-01T11:56:00.000Z | review |  | trouble | transient | forge | it does not answer
      "
    `);
  });

  it('prints what show prints and the log as one JSON object', async () => {
    const shown = await conveyor(['show', 'DEMO-1', '--json'], {
      client: fakeClient({ handle: { query: () => asking } }),
    });
    const { log, nextLookAt, stages, waived, incident, ...rest } = JSON.parse(
      (await conveyor(['explain', 'DEMO-1', '--json'], { client })).stdout,
    );
    expect(rest).toEqual(JSON.parse(shown.stdout));
    expect(incident).toBe(null);
    expect({ log, nextLookAt, stages, waived }).toMatchInlineSnapshot(`
      {
        "log": [
          {
            "at": "2026-03-01T11:40:00.000Z",
            "attempt": 1,
            "kind": "pass",
            "say": "wrote analysis.md",
            "stage": "analysis",
            "subject": {
              "id": "d0c5",
              "kind": "documents",
            },
            "what": "analyst",
          },
          {
            "at": "2026-03-01T11:52:00.000Z",
            "kind": "fail",
            "say": "check test failed",
            "stage": "development",
            "subject": {
              "id": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
              "kind": "head",
            },
            "what": "ci",
          },
        ],
        "nextLookAt": "2026-03-01T12:00:30.000Z",
        "stages": [
          "analysis",
          "architecture",
          "development",
          "review",
          "testing",
          "deploy-staging",
          "deploy",
        ],
        "waived": [],
      }
    `);
  });

  it('names the incident a task’s trouble belongs to, in each form', async () => {
    const incident = {
      number: 3,
      integration: 'forge',
      class: 'transient',
      type: 'Local.Away',
      message: 'it does not answer',
      since: NOW - 6 * MINUTE,
      seenBy: ['DEMO-1', 'DEMO-2'],
    };
    const other = { ...incident, number: 4, class: 'auth' };
    const seen = fakeClient({
      handle: {
        describe: () => ({ status: { name: 'RUNNING' } }),
        query: (name) => (name === 'explain' ? asking : { project: 'DEMO', incidents: [other, incident] }),
      },
    });
    const said = 'incident 3: trouble with forge (transient, Local.Away), seen by 2 tasks: it does not answer';
    const people = await conveyor(['explain', 'DEMO-1'], { client: seen, tty: 'tty' });
    expect(people.stdout).toContain(`\nOpened 6m ago: ${said}\n`);
    expect((await conveyor(['explain', 'DEMO-1'], { client: seen })).stdout).toContain(
      `\tincident 3\ttransient\tforge\t${said}\n`,
    );
    const { stdout } = await conveyor(['explain', 'DEMO-1', '--json'], { client: seen });
    expect(JSON.parse(stdout).incident).toMatchObject({ number: 3, since: '2026-03-01T11:54:00.000Z' });
  });

  it('tells from the record what it can when no worker answers', async () => {
    const query = (): never => {
      throw deadlineExceeded();
    };
    const describeTask = () =>
      workflowInfo({
        key: 'DEMO-1',
        status: 'asking',
        stage: 'review',
        waitingFor: 'question 4: review failed 3 times',
      });
    const recorded = fakeClient({ handle: { query, describe: describeTask } });
    const { stdout, stderr } = await conveyor(['explain', 'DEMO-1'], { client: recorded, tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "DEMO-1: Say goodbye
      question 4: review failed 3 times

        → conveyor decide DEMO-1 4 retry
      "
    `);
    expect(stderr).toBe('no worker answers: this is what Temporal has on record\n');
  });
});
