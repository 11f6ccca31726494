// Reads what the branch adds and approves it, unless something was left in that was only meant for the author.
import { runAgent } from './support/agent.mjs';
import { addedLines, baseOf } from './support/git.mjs';

const LEFTOVER = /\bdebugger\b|\bconsole\.(log|debug|dir)\(/;

await runAgent('reviewer', async ({ prompt, say }) => {
  const base = baseOf(prompt);
  const lines = addedLines(base);
  say(`read ${lines.length} added lines since ${base.slice(0, 12)}`);
  if (lines.length === 0) {
    const finding = { text: 'The branch adds nothing to its base: there is nothing to review.' };
    return { verdict: 'fail', summary: finding.text, findings: [finding] };
  }

  const leftovers = lines.filter(({ path, text }) => /\.[cm]?[jt]s$/.test(path) && LEFTOVER.test(text));
  if (leftovers.length === 0) {
    return {
      verdict: 'pass',
      summary: `Read ${lines.length} added lines: the change does what it says, nothing else.`,
    };
  }
  return {
    verdict: 'fail',
    summary: `${leftovers.length} debugging leftovers.`,
    findings: leftovers.map(({ path, line, text }) => ({
      text: `A debugging leftover: ${text.trim()}`,
      where: `${path}:${line}`,
    })),
  };
});
