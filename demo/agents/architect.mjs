// Reads the analysis and the code, and says where the change belongs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Stopped, runAgent } from './support/agent.mjs';
import { trackedFiles } from './support/git.mjs';
import { PHRASES, languagesAskedFor } from './support/languages.mjs';
import { cardOf, remarksOf } from './support/prompt.mjs';

await runAgent('architect', async ({ prompt, key, say }) => {
  const card = cardOf(prompt);
  const analysisPath = `docs/tasks/${key}/analysis.md`;
  const analysis = existsSync(analysisPath) ? readFileSync(analysisPath, 'utf8') : card.text;
  const languages = languagesAskedFor(analysis);
  const touched = trackedFiles().filter((file) => file.endsWith('.mjs') && mentionsGreeting(file));
  if (touched.length === 0) throw new Stopped('gave-up', 'No source file of this repository speaks of a greeting.');
  say(`the change touches ${touched.join(', ')}`);

  const path = `docs/tasks/${key}/architecture.md`;
  mkdirSync(`docs/tasks/${key}`, { recursive: true });
  writeFileSync(path, architecture({ key, card, remarks: remarksOf(prompt), languages, touched }));
  say(`wrote ${path}`);
  return { verdict: 'pass', summary: `${key} is a table of phrases behind the greeting; no new dependency or route.` };
});

function mentionsGreeting(file) {
  return /\bgreeting\(/.test(readFileSync(file, 'utf8'));
}

function architecture({ key, card, remarks, languages, touched }) {
  return `${[
    `# Architecture of ${key}: ${card.title}`,
    '',
    '## Design',
    '',
    'A table of phrases by language code, beside the function that greets; the route passes `lang` on.',
    `Its rows: English, ${languages.map((code) => PHRASES[code].name).join(', ')}. No new route, no dependency, no state.`,
    '',
    '## Files that change',
    '',
    ...touched.map((file) => `- \`${file}\``),
    '- `README.md`',
    '',
    '## Risks',
    '',
    'The callers of today pass no language: English must stay what they get.',
    ...(remarks.length > 0
      ? ['', '## Taken up from the last reading', '', ...remarks.map((remark) => `- ${remark}`)]
      : []),
  ].join('\n')}\n`;
}
