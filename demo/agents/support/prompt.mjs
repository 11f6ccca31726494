/** The card as the prompt quotes it: its title and the lines of its text. */
export function cardOf(prompt) {
  const text = fenced(prompt, 'task').join('\n') || prompt;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const title = /^(?:Title:|#+)\s*(.+)$/m.exec(text);
  return { title: title?.[1] ?? lines[0] ?? '', text, lines: lines.filter((line) => line !== title?.[0]) };
}

/** What sent the last attempt back, and what people said about it: one line each. */
export function remarksOf(prompt) {
  const lines = [...fenced(prompt, 'findings'), ...fenced(prompt, 'words')].flatMap((block) => block.split('\n'));
  return lines.map((line) => line.replace(/^\s*(\d+\.|[-*])\s+/, '').trim()).filter(Boolean);
}

/** The blocks of data under that label; the fence is as long as what it holds needs it to be. */
function fenced(prompt, label) {
  const blocks = prompt.matchAll(/^(`{3,})data (\w+)\n([\s\S]*?)\n\1$/gm);
  return [...blocks].filter((block) => block[2] === label).map((block) => block[3]);
}
