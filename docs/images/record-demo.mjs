// Draws what `npm run demo` printed as an animated terminal: npm run -s demo | node docs/images/record-demo.mjs > docs/images/demo.svg
import { readFileSync } from 'node:fs';

const SPEED = 2;
const LINE = 18;
const LONGEST = 118;

const lines = readFileSync(0, 'utf8')
  .replace(/\n+$/, '')
  .split('\n')
  .map((text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text));
let seconds = 0;
const rows = lines.map((text, index) => {
  const told = /^\s*([\d.]+)s /.exec(text);
  seconds = told ? Number(told[1]) / SPEED : seconds + 0.15;
  const y = 48 + index * LINE;
  return `<text x="20" y="${y}" class="${colour(text)}" style="animation-delay:${seconds.toFixed(2)}s">${escape(text)}</text>`;
});
const height = 48 + lines.length * LINE + 12;

process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 ${height}" role="img" aria-label="A recording of npm run demo">
<style>
  text { font: 13.5px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre; opacity: 0; animation: shown 0.05s forwards; }
  .plain { fill: #c9d1d9 } .pass { fill: #7ee787 } .fail { fill: #ff7b72 } .wait { fill: #d2a8ff } .you { fill: #79c0ff }
  @keyframes shown { to { opacity: 1 } }
  @media (prefers-reduced-motion: reduce) { text { opacity: 1; animation: none } }
</style>
<rect width="1000" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f56"/><circle cx="42" cy="18" r="6" fill="#ffbd2e"/><circle cx="62" cy="18" r="6" fill="#27c93f"/>
${rows.join('\n')}
</svg>
`);

function colour(text) {
  if (/s {2}✓/.test(text)) return 'pass';
  if (/s {2}✗/.test(text)) return 'fail';
  if (/s {2}[⧖☞↺?]/.test(text)) return 'wait';
  return /· you /.test(text) ? 'you' : 'plain';
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
