import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { pathsIn } from '../../app/paths.ts';
import { repositoryPath } from '../../adapters/local/forge/repository.ts';
import { sign } from '../../adapters/local/webhook/signature.ts';
import type { FakeTelegram } from '../fakes/telegram.ts';
import { CHAT, startFakeTelegram } from '../fakes/telegram.ts';
import type { FakeWebhookReceiver } from '../fakes/webhook-receiver.ts';
import { startFakeWebhookReceiver } from '../fakes/webhook-receiver.ts';
import type { Left } from '../support/canaries.ts';
import { canariesIn, historiesOn } from '../support/canaries.ts';
import { filesIn, objectsOf } from './support/everything.ts';
import { answerApproval, outcomeOf, until } from './support/person.ts';
import { DELIVERING_ROLES, DELIVERING_ROWS, productConfig } from './support/product.ts';
import type { Programs } from './support/programs.ts';
import { withPrograms } from './support/programs.ts';
import type { Script } from './support/script.ts';
import { TEST_MS } from './support/use-world.ts';

const SECRETS = {
  CONVEYOR_WEBHOOK_SECRET: 'canary-local-9a1',
  CONVEYOR_PLANE_WEBHOOK_SECRET: 'canary-plane-new-4c2,canary-plane-old-7e3',
  CONVEYOR_GITEA_WEBHOOK_SECRET: 'canary-gitea-5b8',
  CONVEYOR_TELEGRAM_TOKEN: '42:canary-telegram-1d6',
  CONVEYOR_NOTIFY_SECRET: 'canary-notify-8f0',
  TEMPORAL_API_KEY: 'canary-temporal-3a7',
  A_PASSWORD_OF_THIS_HOST: 'canary-host-6e4',
};
const CANARIES = Object.values(SECRETS).flatMap((value) => value.split(','));
/** Not a secret: an agent is given it, so it must be found where what an agent says can end up. */
const GIVEN = 'canary-that-an-agent-may-say';

const TELL = `console.log(JSON.stringify(process.env));`;
/** Programs of the product that tell all they see: to the forge, into the artifact, and from the running service. */
const TELLING = {
  'check.mjs': `${TELL}\n`,
  'build.mjs': `import { cpSync, writeFileSync } from 'node:fs';
cpSync('service', 'dist', { recursive: true });
writeFileSync('dist/seen.json', JSON.stringify(process.env));
${TELL}\n`,
  'service/tell.mjs': `${TELL}\n`,
};
const script: Script = {
  developer: [
    { files: { ...TELLING, 'check.mjs': `${TELL} process.exitCode = 1;\n` }, say: '{secrets}' },
    { files: TELLING, summary: '{secrets}' },
    { files: { 'service/third.txt': 'third\n' } },
  ],
  tester: [{ verdict: 'fail', findings: ['I see {secrets}'] }, { summary: 'and now {secrets}' }],
};

const project = `CAN${process.pid}`;
let telegram: FakeTelegram;
let hook: FakeWebhookReceiver;

beforeAll(async () => {
  telegram = await startFakeTelegram();
  hook = await startFakeWebhookReceiver();
});
afterAll(async () => {
  await telegram.close();
  await hook.close();
});

function yaml(scripts: string): string {
  const notify = `notify:
  - { kind: log }
  - { kind: telegram, chat: ${CHAT}, api: '${telegram.url}' }
  - { kind: webhook, url: '${hook.url}/hook' }`;
  const pipelines = `pipelines:\n  own:\n    stages:\n${DELIVERING_ROWS}\n    looks: { trouble: 500ms, person: 2s, retry: 20ms, debounce: 20ms }`;
  const written = productConfig(project, scripts, {
    roles: DELIVERING_ROLES,
    project: '    pipeline: own\n    sweep: 2s\n    policy: { healthWindow: 300ms }',
    top: `${notify}\n${pipelines}`,
  });
  const running = 'start: [node, --import, ./tell.mjs, server.mjs]';
  return written.replaceAll('start: [node, server.mjs]', running).replaceAll('env: {', `env: { GIVEN: ${GIVEN},`);
}

it(
  'no secret of the environment gets anywhere, whoever prints what he sees and whatever goes wrong',
  async () => {
    const env = { ...SECRETS, TEMPORAL_TLS: 'false', LOG_LEVEL: 'trace' };
    await withPrograms(inject('temporal'), { yaml, script, env }, async (programs) => {
      const key = await programs.enter('Greet the visitor');
      const refused = await knock(programs);
      await until(programs, key, 'the question', ({ question }) => question?.told === 'told');
      const asked = [await shown(programs, 'explain', key), await shown(programs, 'doctor')];
      await answerApproval(programs, key, 'approve', 'looks good');
      expect(await outcomeOf(programs, key)).toBe('done');
      const { ledger } = await until(programs, key, 'its end', ({ end }) => end !== undefined);
      expect(ledger.bounces).toEqual({ 'build/ci': 1, 'check/tests': 1 });

      const left = [
        ...refused,
        ...asked,
        await shown(programs, 'show', key, '--json'),
        ...(await everything(programs, key)),
      ];
      expect(canariesIn(left, CANARIES)).toEqual([]);
      expectSearched(left);
    });
  },
  TEST_MS,
);

/** Senders that do it wrong: their own secret in the place of a signature, in the address, or for another sender. */
async function knock({ apiUrl }: Programs): Promise<Left[]> {
  const body = Buffer.from(JSON.stringify({ event: 'issue', action: 'updated', data: {} }));
  const { CONVEYOR_GITEA_WEBHOOK_SECRET: gitea, CONVEYOR_WEBHOOK_SECRET: local } = SECRETS;
  const requests: [path: string, headers: Record<string, string>][] = [
    ['/webhooks/plane', { 'x-plane-signature': 'canary-plane-old-7e3' }],
    ['/webhooks/plane', { 'x-plane-signature': sign(gitea, body) }],
    [`/webhooks/gitea?secret=${gitea}`, { 'x-gitea-signature': gitea, authorization: `Bearer ${gitea}` }],
    [`/webhooks/${gitea}`, {}],
    ['/webhooks/local', { 'x-conveyor-signature': sign(local, body), 'x-request-id': local }],
  ];
  return Promise.all(
    requests.map(async ([path, headers]) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
      const answer = await fetch(`${apiUrl}${path}`, init);
      return {
        where: `answer ${answer.status} of ${path}`,
        text: JSON.stringify([...answer.headers]) + (await answer.text()),
      };
    }),
  );
}

/** What an operator is shown. */
async function shown({ conveyor }: Programs, ...args: string[]): Promise<Left> {
  return { where: `conveyor ${args.join(' ')}`, text: (await conveyor(...args)).output };
}

async function everything(programs: Programs, key: string): Promise<Left[]> {
  const { client, config, folder, apiUrl, workerUrl } = programs;
  const { forge } = pathsIn(config.data);
  const pages = [
    `${apiUrl}/metrics`,
    `${apiUrl}/readyz`,
    `${apiUrl}/healthz`,
    `${workerUrl}/readyz`,
    `${workerUrl}/livez`,
  ];
  const histories: Left[] = [];
  const query = `WorkflowId IN ('task/${key}', 'project/${project}')`;
  for await (const history of historiesOn(client, query)) histories.push(history);
  return [
    ...(await filesIn(folder)),
    await objectsOf(repositoryPath(forge, project.toLowerCase())),
    ...histories,
    ...(await Promise.all(pages.map(async (where) => ({ where, text: await (await fetch(where)).text() })))),
    ...[...telegram.asked, ...hook.asked].map(({ headers, body }, index) => ({
      where: `notification ${index}`,
      text: JSON.stringify(headers) + body.toString('utf8'),
    })),
  ];
}

/** The search would find nothing in an empty place either: each of them holds what it must hold. */
function expectSearched(left: readonly Left[]): void {
  const must: [where: string, text: string][] = [
    ['/script/prompts/', GIVEN],
    ['/agents/', GIVEN],
    ['history of task/', GIVEN],
    ['history of project/', project],
    ['objects of', 'Greet the visitor'],
    ['/forge/', 'PATH'],
    ['/artifacts/', 'PATH'],
    ['/environments/', 'PATH'],
    ['/tracker/', 'Greet the visitor'],
    ['worker.log', 'Telegram.Unauthorized'],
    ['api.log', 'api started'],
    ['/metrics', 'conveyor_webhooks_total'],
    ['notification ', project],
    ['notifications.jsonl', project],
    ['conveyor explain', project],
    ['conveyor doctor', project],
  ];
  const empty = must.filter(
    ([where, text]) => !left.some((one) => one.where.includes(where) && one.text.includes(text)),
  );
  expect(empty).toEqual([]);
}
