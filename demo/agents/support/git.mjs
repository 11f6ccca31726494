import { execFileSync } from 'node:child_process';

const AUTHOR = [
  '-c',
  'user.name=Demo developer',
  '-c',
  'user.email=developer@demo.invalid',
  '-c',
  'commit.gpgsign=false',
];

/** Runs git in the working directory and returns its output; throws when git fails. */
export function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

/** The same, undefined when git fails. */
export function tryGit(...args) {
  try {
    return git(...args);
  } catch {
    return undefined;
  }
}

/** Commits the given paths under the agent's own name. */
export function commit(message, paths) {
  git('add', '--', ...paths);
  git(...AUTHOR, 'commit', '--quiet', '--message', message, '--', ...paths);
}

/** Every file of the checked out commit. */
export function trackedFiles() {
  return git('ls-files').split('\n');
}

/**
 * The commit at which the branch left its base: what the prompt compares `HEAD` with, or calls the base; else the
 * usual names; else the first commit.
 */
export function baseOf(prompt) {
  const compared = [...prompt.matchAll(/([\w./-]+?)\.{3}HEAD\b/g)].map((match) => match[1]);
  const named = [...prompt.matchAll(/\bbase\b[^\n]{0,40}?(\b[0-9a-f]{40}\b|`[\w./-]+`)/gi)].map((match) => match[1]);
  const names = [...compared, ...named, 'main', 'master'].map((name) => name.replaceAll('`', ''));
  for (const candidate of names.flatMap((name) => [name, name.replace(/^origin\//, ''), `origin/${name}`])) {
    const base = tryGit('merge-base', candidate, 'HEAD');
    if (base) return base;
  }
  return git('rev-list', '--max-parents=0', 'HEAD').split('\n')[0];
}

/** The lines the branch adds: path, line number and text of each. */
export function addedLines(base) {
  const lines = [];
  let path = '';
  let line = 0;
  for (const text of git('diff', '--unified=0', '--no-color', '--no-ext-diff', `${base}...HEAD`).split('\n')) {
    const hunk = /^@@ -\S+ \+(\d+)/.exec(text);
    if (hunk) line = Number(hunk[1]);
    else if (text.startsWith('+++ ')) path = text.slice(4).replace(/^b\//, '');
    else if (text.startsWith('+')) lines.push({ path, line: line++, text: text.slice(1) });
  }
  return lines;
}
