import { expect, test } from 'vitest';
import { createMetrics, OUTCOMES } from '../../api/metrics.ts';
import { STATUS } from '../../api/webhooks/answer.ts';
import { SENDER_HTTP } from '../../api/webhooks/senders.ts';
import { SECRET_VARIABLES } from '../../app/webhooks/secrets.ts';
import { SENDERS } from '../../domain/webhooks/heard.ts';
import { code, readDocument, tableOf } from './documents.ts';

const page = readDocument('docs/webhooks.md');

test('the answers are those of the endpoint', () => {
  const rows = tableOf(page, 'outcome').rows.map(([outcome, status]) => [code(outcome), Number(status)]);
  const answers = OUTCOMES.map((outcome) => [outcome, STATUS[outcome].status]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(answers));
  expect(rows).toHaveLength(answers.length);
});

test('the senders are those of the endpoint', () => {
  const rows = tableOf(page, 'sender').rows.map((row) => row.map(code));
  const senders = SENDERS.map((sender) => {
    const { signature, limit } = SENDER_HTTP[sender];
    const header = `${signature.header}: ${signature.prefix}<hex>`;
    return [sender, `/webhooks/${sender}`, SECRET_VARIABLES[sender], header, `${limit / 1024 / 1024} MiB`];
  });
  expect(rows.map((row) => row.map((cell) => cell.toLowerCase()))).toEqual(
    senders.map((row) => row.map((cell) => cell.toLowerCase())),
  );
});

test('the metrics are those of the endpoint', async () => {
  const { registry } = createMetrics();
  const metrics = await registry.getMetricsAsJSON();
  const ours = metrics.flatMap(({ name, type }) => (name.startsWith('conveyor_') ? [[name, String(type)]] : []));
  const rows = tableOf(page, 'metric').rows.map(([name, type]) => [code(name), type]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(ours));
});
