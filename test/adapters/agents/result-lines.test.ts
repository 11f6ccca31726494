import { expect, it } from 'vitest';
import { createResultReader, withoutResultLines } from '../../../adapters/agents/result-lines.ts';
import type { Said } from '../../../adapters/agents/result-lines.ts';
import { NO_USAGE } from '../../../domain/run.ts';

/** Everything at once, or in pieces of a size. */
function said(output: string, pieces = 1 << 20): Said {
  const reader = createResultReader(() => undefined);
  const bytes = Buffer.from(output);
  for (let from = 0; from < bytes.length; from += pieces) reader.add(bytes.subarray(from, from + pieces));
  reader.end();
  return reader.said();
}

it.each([
  ['nothing', '', {}],
  ['the sum of all lines', '{"usage":{"turns":1}}\nx\n{"usage":{"tokensIn":5,"turns":2}}', { tokensIn: 5, turns: 3 }],
  ['nothing of nonsense', '{"usage":{"tokensIn":-5,"usd":"much","tokensOut":1e99,"turns":2}}', { turns: 2 }],
  ['its own measure of time', '{"usage":{"durationMs":99}}', {}],
  ['no broken line', '{"usage":{"turns":1}', {}],
  ['no other JSON', '{"type":"turn","usage":{"turns":4}}', {}],
  ['a line with a space before it', '  { "usage": {"turns":1}}\r\n', { turns: 1 }],
  ['not in a longer line than anybody prints', `{"usage":{"turns":1},"x":"${'x'.repeat(70_000)}"}`, {}],
])('usage is %s', (_what, output, usage) => {
  expect(said(output).usage).toEqual({ ...NO_USAGE, ...usage });
  expect(said(output, 3).usage).toEqual({ ...NO_USAGE, ...usage });
});

it('tells every sum as it comes', () => {
  const sums: number[] = [];
  const reader = createResultReader(({ usd }) => sums.push(usd));
  for (const usd of [0.25, 0.5, 0.125]) reader.add(Buffer.from(`{"usage":{"usd":${usd}}}\n`));
  expect(sums).toEqual([0.25, 0.75, 0.875]);
});

it.each([
  ['with its time', '{"quota":{"until":1000}}', { until: 1000 }],
  ['without one', '{"quota":{}}', {}],
  ['with a time that is none', '{"quota":{"until":"soon"}}', {}],
  ['as it was said last', '{"quota":{"until":1}}\n{"quota":{"until":2}}', { until: 2 }],
  ['not when nobody spoke of it', 'quota exceeded', undefined],
])('a quota is read %s', (_how, output, quota) => {
  expect(said(output).quota).toEqual(quota);
});

it.each([
  ['our own line', '{"session":"abc-1"}', 'abc-1'],
  ['the first of several', '{"session":"one"}\n{"session":"two"}', 'one'],
  ['a start line', '{"type":"system","subtype":"init","session_id":"0199-ab"}', '0199-ab'],
  ['no line without a type', '{"session_id":"0199-ab"}', undefined],
  ['nothing that could be an option', '{"session":"--dangerously"}', undefined],
  ['nothing that could be a path', '{"session":"../../x"}', undefined],
  ['nothing without end', `{"session":"${'x'.repeat(200)}"}`, undefined],
  ['no text', 'session_id: 0199', undefined],
])('a session is read from %s', (_what, output, session) => {
  expect(said(output).session).toBe(session);
});

it.each([
  [
    'Codex',
    '{"type":"thread.started","thread_id":"01a2032f-b93b-7922-a084-0fd4f6553ed9"}\n{"type":"turn.started"}',
    '01a2032f-b93b-7922-a084-0fd4f6553ed9',
  ],
  [
    'opencode',
    '{"type":"step_start","timestamp":1795349821855,"sessionID":"ses_dfccfd1d1ffeE6hKkkE38xt1ud","part":{"id":"prt_2"}}',
    'ses_dfccfd1d1ffeE6hKkkE38xt1ud',
  ],
])('a session is read from what %s prints first', (_name, output, session) => {
  expect(said(output).session).toBe(session);
});

it('leaves the lines that are for us out of the output, and no others', () => {
  const output = 'a\n{"quota":{"until":1000}}\n{"usage":{"turns":1}}\n{"session":"s"}\n{"usage":1}\nb';
  expect(withoutResultLines(output)).toBe('a\n{"usage":1}\nb');
});
