import type { TaskSpec } from './state.ts';

const LONGEST_SLUG = 40;

/** The spec of an item's delivery number `run`. A later run's branch is another one: the first still holds its work. */
export function specOf(
  item: { key: string; title: string },
  project: { key: string; repo: string; base: string },
  run: number,
): TaskSpec {
  return {
    key: item.key,
    run,
    project: project.key,
    repo: project.repo,
    base: project.base,
    title: item.title,
    branch: `task/${item.key}${slugOf(item.title)}${run === 1 ? '' : `-run${run}`}`,
  };
}

/** `-add-a-button`, or nothing when the title has no letter that a branch name can hold. */
function slugOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const short = plain.slice(0, LONGEST_SLUG).replace(/-+$/, '');
  return short === '' ? '' : `-${short}`;
}
