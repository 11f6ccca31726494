import { expect, it } from 'vitest';
import { render } from '../../../domain/prompts/render.ts';

it('fills every placeholder, as often as it stands there', () => {
  expect(render('{{a}} and {{b}} and {{a}}', { a: '1', b: '2' })).toBe('1 and 2 and 1');
});

it('does not look for placeholders in what it filled in', () => {
  expect(render('{{a}}{{b}}', { a: '{{b}}', b: '$&$1' })).toBe('{{b}}$&$1');
});

it.each([
  ['a variable nobody gave', 'Hello {{naem}}', { name: 'x' }, '{{naem}}'],
  ['a name every object has', '{{constructor}}', {}, '{{constructor}}'],
  ['a name with blanks', '{{ a }}', { a: '1' }, '{{ a }}'],
  ['a variable the template ignores', 'Hello', { name: 'x' }, '"name"'],
])('refuses %s and names it', (_what, template, variables, named) => {
  expect(() => render(template, variables)).toThrow(named);
});
