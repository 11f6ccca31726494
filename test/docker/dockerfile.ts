import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../docs/documents.ts';

/** One instruction on one line, its continuation lines joined and its flags (`--from=build`) taken out. */
export type Instruction = { name: string; flags: Record<string, string>; rest: string };

/** What follows one FROM. */
export type Stage = { image: string; name: string | undefined; instructions: Instruction[] };

export type Dockerfile = { args: Record<string, string>; stages: Stage[] };

const KNOWN = [
  'ARG',
  'FROM',
  'WORKDIR',
  'COPY',
  'RUN',
  'ENV',
  'USER',
  'EXPOSE',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'ENTRYPOINT',
  'CMD',
];

/** Throws for an instruction it does not know, and for one that stands before the first FROM but is no ARG. */
export function readDockerfile(text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')): Dockerfile {
  const found: Dockerfile = { args: {}, stages: [] };
  for (const instruction of instructionsOf(text)) {
    const stage = found.stages.at(-1);
    if (instruction.name === 'FROM') found.stages.push(stageOf(instruction, found.args));
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') Object.assign(found.args, pairs(instruction.rest));
    else throw new Error(`${instruction.name} before the first FROM`);
  }
  return found;
}

/** The stage that becomes the image. */
export function finalStage({ stages }: Dockerfile): Stage {
  const stage = stages.at(-1);
  if (!stage) throw new Error('The Dockerfile has no FROM');
  return stage;
}

/** The only instruction of this name. Throws when there is none, or more than one. */
export function only({ instructions }: Stage, name: string): Instruction {
  const [first, ...more] = instructions.filter((one) => one.name === name);
  if (!first || more.length > 0) throw new Error(`Expected one ${name}, there are ${first ? more.length + 1 : 0}`);
  return first;
}

/** The words of `["node", "x.js"]`. Throws for the form that starts a shell. */
export function words(text: string): string[] {
  return z.array(z.string()).parse(JSON.parse(text));
}

/** The command of HEALTHCHECK, as words. */
export function healthCommand(stage: Stage): string[] {
  const [, command] = /^CMD (.+)$/.exec(only(stage, 'HEALTHCHECK').rest) ?? [];
  return words(command ?? '');
}

/** `A=1 B=2` of ARG and ENV. */
export function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function instructionsOf(text: string): Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [, name = '', after = ''] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    if (!KNOWN.includes(name)) throw new Error(`The Dockerfile has an instruction that is not known: ${line}`);
    const flags: Record<string, string> = {};
    let rest = after;
    for (let flag = /^--([\w-]+)=(\S+)\s+/.exec(rest); flag; flag = /^--([\w-]+)=(\S+)\s+/.exec(rest)) {
      flags[flag[1] ?? ''] = flag[2] ?? '';
      rest = rest.slice(flag[0].length);
    }
    return { name, flags, rest: rest.trim() };
  });
}

function stageOf({ rest }: Instruction, args: Record<string, string>): Stage {
  const [, image = rest, name] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
  return { image: image.replaceAll(/\$\{(\w+)\}/g, (_whole, arg: string) => args[arg] ?? ''), name, instructions: [] };
}
