import { git, tryGit } from './git.mjs';

/** Work the agent cannot do: the run ends with this verdict and sentence instead of a crash. */
export class Stopped extends Error {
  constructor(verdict, message) {
    super(message);
    this.verdict = verdict;
  }
}

/**
 * One run of an agent: reads the prompt to its end, lets `work` do its part, prints the report last.
 * `work({prompt, key, head, say})` returns `{verdict, summary, findings?: [{text, where?}], body?}` or throws `Stopped`.
 */
export async function runAgent(role, work) {
  const prompt = await readAll(process.stdin);
  const head = git('rev-parse', 'HEAD');
  say(`${role} starts at ${head.slice(0, 12)}, attempt ${process.env.CONVEYOR_ATTEMPT ?? 'unnamed'}`);
  const outcome = await outcomeOf(() => work({ prompt, key: taskKey(prompt), head, say }));
  say(JSON.stringify({ usage: usageOf(prompt, outcome) }));
  say(report({ findings: [], body: '', ...outcome, head }));
}

async function outcomeOf(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Stopped) return { verdict: error.verdict, summary: error.message };
    throw error;
  }
}

/** Prints one line of progress. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

async function readAll(stream) {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

/** The task's key, from the branch checked out here, the prompt's paths, or the attempt's name. */
function taskKey(prompt) {
  const sources = [
    [/^task\/([A-Z][A-Z0-9_]*-\d+)/, tryGit('branch', '--show-current')],
    [/docs\/tasks\/([A-Z][A-Z0-9_]*-\d+)\b/, prompt],
    [/\btask\/([A-Z][A-Z0-9_]*-\d+)\b/, prompt],
    [/^([A-Z][A-Z0-9_]*-\d+)#/, process.env.CONVEYOR_ATTEMPT],
  ];
  for (const [pattern, text] of sources) {
    const key = pattern.exec(text ?? '')?.[1];
    if (key) return key;
  }
  throw new Stopped('needs-input', 'The prompt names neither a docs/tasks/<KEY>/ path nor a task branch.');
}

/** Four characters a token, as a model would roughly count them; prices are made up. */
function usageOf(prompt, outcome) {
  const tokensIn = Math.ceil(prompt.length / 4);
  const tokensOut = Math.ceil(JSON.stringify(outcome).length / 4);
  return { tokensIn, tokensOut, tokensCached: 0, usd: 0.01, turns: 2 };
}

/** Markdown with YAML front matter; a JSON string is a YAML string. */
function report({ verdict, summary, findings, body, head }) {
  const list = findings.flatMap(({ text, where }) => [
    `  - text: ${JSON.stringify(text)}`,
    ...(where ? [`    where: ${JSON.stringify(where)}`] : []),
  ]);
  return [
    '---',
    `verdict: ${verdict}`,
    `summary: ${JSON.stringify(summary)}`,
    ...(list.length > 0 ? ['findings:', ...list] : ['findings: []']),
    `head: ${head}`,
    '---',
    '',
    body || summary,
  ].join('\n');
}
