/** The rules by version: an open task keeps those it began with until its workflow continues as new. */

import { advance } from './advance.ts';
import { next } from './next.ts';

/** What decides the order of a task's steps, and with it the commands that a replay must find again. */
export type Rules = { next: typeof next; advance: typeof advance };

/** By version; a released one is never edited. */
export type RuleBook = Readonly<Record<number, Rules>>;

export const RULE_BOOK: RuleBook = { 1: { next, advance } };

/** The highest version of the book. */
export function newestVersion(book: RuleBook): number {
  return Math.max(...Object.keys(book).map(Number));
}

/** Throws for a version the book does not have: a worker of a newer Conveyor has to take the task. */
export function rulesOf(book: RuleBook, version: number): Rules {
  const rules = book[version];
  if (rules) return rules;
  const known = Object.keys(book).join(', ');
  throw new Error(
    `This worker knows the rules of version ${known} and the task goes by version ${version}: upgrade the worker.`,
  );
}
