import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { PIPELINE_COLUMNS, printPipeline } from '../../domain/print-pipeline.ts';
import { VERDICT_KINDS } from './verdict-kinds.ts';
import { COMMANDS } from '../../ops/commands/index.ts';
import { EXIT_CODES } from '../../ops/exit-codes.ts';
import { code, readDocument, tableOf } from './documents.ts';

const readme = readDocument('README.md');

test('the table of stages is the default pipeline', () => {
  const { header, rows } = tableOf(readme, 'stage');
  expect(header).toEqual([...PIPELINE_COLUMNS]);
  expect(rows).toEqual(printPipeline(DEFAULT_PIPELINE));
});

test('the table of verdicts names every kind there is, each once', () => {
  const named = tableOf(readme, 'verdict').rows.flatMap(([kinds = '']) => kinds.split(', '));
  expect(named.toSorted()).toEqual(VERDICT_KINDS.toSorted());
});

test('the table of commands is what help prints', () => {
  const written = tableOf(readme, 'command').rows.map(([usage, what]) => [code(usage), what]);
  const commands = COMMANDS.map((create) => create(async () => undefined));
  expect(written).toEqual(commands.flatMap((command) => leaves(command, '')));
});

test('the table of exit codes is the one of the code', () => {
  expect(tableOf(readme, 'exit code').rows).toEqual(EXIT_CODES.map(([exit, says]) => [String(exit), says]));
});

/** Usage and description of a command, or of each one below it. */
function leaves(command: Command, before: string): string[][] {
  const name = `${before}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((child) => leaves(child, `${name} `));
  const values = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [[[name, ...values].join(' '), command.description()]];
}
