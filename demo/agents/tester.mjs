// Starts the service and asks it what a visitor would ask, also what nobody thought of.
import { existsSync, readFileSync } from 'node:fs';
import { runAgent } from './support/agent.mjs';
import { UNKNOWN, greetingIn, languagesAskedFor } from './support/languages.mjs';
import { cardOf } from './support/prompt.mjs';
import { SERVER, withService } from './support/service.mjs';

await runAgent('tester', async ({ prompt, key, say }) => {
  const expectations = expectationsOf(languagesAskedFor(wanted(prompt, key)));
  const tried = [];
  const findings = [];
  try {
    await withService(async (get) => {
      for (const expectation of expectations) {
        const { line, finding } = judge(expectation, await get(expectation.path));
        say(line);
        tried.push(line);
        if (finding) findings.push(finding);
      }
    });
  } catch (error) {
    findings.push({ text: `The service does not start or stopped answering: ${error.message}`, where: SERVER });
  }
  const body = ['# What was tried', '', ...tried.map((line) => `- ${line}`)].join('\n');
  if (findings.length > 0)
    return { verdict: 'fail', summary: `${findings.length} of the requests went wrong.`, findings, body };
  return { verdict: 'pass', summary: `All ${tried.length} requests were answered as the card asks.`, body };
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

function judge({ what, path, status, body }, answer) {
  const said = `GET ${path} answers ${answer.status} "${answer.body}"`;
  if (answer.status === status && answer.body === body) return { line: `ok: ${said}` };
  const text = `${what}: ${said}, expected ${status} "${body}"`;
  return { line: `WRONG: ${said}`, finding: { text, where: 'service/greeting.mjs' } };
}
