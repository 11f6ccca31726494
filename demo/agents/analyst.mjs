// Reads the card and the repository, and writes down what is wanted and how one would see that it is there.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { runAgent } from './support/agent.mjs';
import { trackedFiles } from './support/git.mjs';
import { PHRASES, greetingIn, languagesAskedFor } from './support/languages.mjs';
import { cardOf, remarksOf } from './support/prompt.mjs';

await runAgent('analyst', async ({ prompt, key, say }) => {
  const card = cardOf(prompt);
  const languages = languagesAskedFor(card.text);
  say(`the card asks for ${languages.join(', ')}`);
  const files = trackedFiles();
  const routes = routesOf(files);
  say(`read ${files.length} files, ${routes.length} routes`);

  const path = `docs/tasks/${key}/analysis.md`;
  mkdirSync(`docs/tasks/${key}`, { recursive: true });
  writeFileSync(path, analysis({ key, card, remarks: remarksOf(prompt), languages, routes }));
  say(`wrote ${path}`);
  return { verdict: 'pass', summary: `Analysed ${key}: a greeting in ${languages.length} more languages.` };
});

/** The paths the service answers, as its source declares them: `['/healthz', …`. */
function routesOf(files) {
  const sources = files.filter((file) => file.startsWith('service/')).map((file) => readFileSync(file, 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/\['(\/[\w/-]*)',/g)].map((match) => match[1]));
}

function analysis({ key, card, remarks, languages, routes }) {
  const examples = languages.map(
    (code) =>
      `- \`GET /greeting?name=Ada&lang=${code}\` answers \`${greetingIn(code, 'Ada')}\` (${PHRASES[code].name}).`,
  );
  return `${[
    `# Analysis of ${key}: ${card.title}`,
    '',
    '## What is asked for',
    '',
    ...card.lines.map((line) => `> ${line}`),
    '',
    '## What there is today',
    '',
    `The service answers ${routes.map((route) => `\`${route}\``).join(', ')}. Every greeting is English.`,
    '',
    '## It is done when',
    '',
    ...examples,
    '- Without `lang` the answer is the English one, byte for byte as today.',
    '- Any other value of `lang` is answered in English, with status 200.',
    '',
    '## Not part of it',
    '',
    'Reading `Accept-Language`, and translating anything but the greeting.',
    ...(remarks.length > 0
      ? ['', '## Taken up from the people who read this', '', ...remarks.map((remark) => `- ${remark}`)]
      : []),
  ].join('\n')}\n`;
}
