import type { TaskStory } from './actor.ts';
import { RELEASE_STORIES } from './release.ts';
import { WORK_STORIES } from './work.ts';

/** Tasks whose histories, taken together, hold every command that `deliverTask` can issue. */
export const TASK_STORIES: readonly TaskStory[] = [...WORK_STORIES, ...RELEASE_STORIES];
