import { expect, it } from 'vitest';
import type { Git } from '../../../adapters/git/call.ts';
import { remembering } from '../../../adapters/git/remember.ts';

const [ONE, TWO] = ['1'.repeat(40), '2'.repeat(40)];

/** A git that answers with how often it was started; `size` is that of each answer. */
function counting(size = 1): { git: Git; starts: () => number } {
  let starts = 0;
  const git: Git = async () => {
    starts++;
    const text = String(starts);
    return { exitCode: 0, bytes: Buffer.alloc(size), text: () => text, stderr: '' };
  };
  return { git: remembering(git), starts: () => starts };
}

async function ask(git: Git, args: string[], call: Parameters<Git>[1]): Promise<string> {
  return (await git(args, call)).text();
}

it('an answer about objects is given again without a start of git', async () => {
  const { git, starts } = counting();
  const about = { gitDir: 'a.git', objects: [ONE, `${TWO}:file`] };
  expect(await ask(git, ['diff', ONE, TWO], about)).toBe('1');
  expect(await ask(git, ['diff', ONE, TWO], { ...about })).toBe('1');
  expect(starts()).toBe(1);
});

it.each([
  ['other arguments', ['diff', TWO, ONE], { gitDir: 'a.git', objects: [ONE] }],
  ['another repository', ['diff', ONE, TWO], { gitDir: 'b.git', objects: [ONE] }],
  ['other variables', ['diff', ONE, TWO], { gitDir: 'a.git', objects: [ONE], env: { GIT_INDEX_FILE: 'x' } }],
])('%s are asked for themselves', async (_what, args, call) => {
  const { git } = counting();
  expect(await ask(git, ['diff', ONE, TWO], { gitDir: 'a.git', objects: [ONE] })).toBe('1');
  expect(await ask(git, args, call)).toBe('2');
});

it.each([
  ['nothing said about it', undefined],
  ['the name of a branch', [ONE, 'main']],
  ['a short id', [ONE.slice(0, 12)]],
  ['an id with more behind it', [`${ONE}^`]],
])('with %s it may change, and is asked every time', async (_what, objects) => {
  const { git } = counting();
  const call = { gitDir: 'a.git', ...(objects === undefined ? {} : { objects }) };
  expect(await ask(git, ['show'], call)).toBe('1');
  expect(await ask(git, ['show'], call)).toBe('2');
});

it('keeps neither large answers nor more than a thousand', async () => {
  const large = counting(20_000);
  await large.git(['show'], { objects: [ONE] });
  await large.git(['show'], { objects: [ONE] });
  expect(large.starts()).toBe(2);

  const { git, starts } = counting();
  for (let at = 0; at <= 1_000; at++) await git(['show', String(at)], { objects: [ONE] });
  await git(['show', '1000'], { objects: [ONE] });
  expect(starts()).toBe(1_001);
  await git(['show', '0'], { objects: [ONE] });
  expect(starts()).toBe(1_002);
});

it('what failed is asked again', async () => {
  let starts = 0;
  const git = remembering(async () => {
    starts++;
    throw new Error('away');
  });
  for (let at = 0; at < 2; at++) await expect(git(['show'], { objects: [ONE] })).rejects.toThrow('away');
  expect(starts).toBe(2);
});
