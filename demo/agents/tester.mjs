// Starts the service and asks it what a visitor would ask, also what nobody thought of.
import { existsSync, readFileSync } from 'node:fs';
import { runAgent } from './support/agent.mjs';
import { UNKNOWN, greetingIn, languagesAskedFor } from './support/languages.mjs';
import { cardOf } from './support/prompt.mjs';
import { withService } from './support/service.mjs';

await runAgent('tester', async ({ prompt, key, say }) => {
  const expectations = expectationsOf(languagesAskedFor(wanted(prompt, key)));
  const findings = await withService((get) => check(expectations, get, say)).catch((error) => [
    { text: `The service does not start or stopped answering: ${error.message}`, where: 'service/server.mjs' },
  ]);
  if (findings.length === 0) {
    return { verdict: 'pass', summary: `All ${expectations.length} requests were answered as the card asks.` };
  }
  const summary = `${findings.length} of ${expectations.length} requests were answered wrongly.`;
  return { verdict: 'fail', summary, findings };
});

function wanted(prompt, key) {
  const analysis = `docs/tasks/${key}/analysis.md`;
  return existsSync(analysis) ? readFileSync(analysis, 'utf8') : cardOf(prompt).text;
}

function expectationsOf(languages) {
  const english = { status: 200, body: greetingIn('en', 'Ada') };
  return [
    { what: 'health', path: '/healthz', status: 200, body: 'ok' },
    { what: 'a visitor without a language', path: '/greeting?name=Ada', ...english },
    ...languages.map((code) => ({
      what: `a visitor who speaks ${code}`,
      path: `/greeting?name=Ada&lang=${code}`,
      status: 200,
      body: greetingIn(code, 'Ada'),
    })),
    { what: 'an unknown language', path: `/greeting?name=Ada&lang=${UNKNOWN}`, ...english },
  ];
}

async function check(expectations, get, say) {
  const findings = [];
  for (const { what, path, status, body } of expectations) {
    const answer = await get(path);
    const right = answer.status === status && answer.body === body;
    say(`${right ? 'ok' : 'WRONG'} GET ${path}: ${answer.status} ${answer.body}`);
    if (right) continue;
    const text = `${what}: GET ${path} answers ${answer.status} "${answer.body}", expected ${status} "${body}"`;
    findings.push({ text, where: 'service/greeting.mjs' });
  }
  return findings;
}
