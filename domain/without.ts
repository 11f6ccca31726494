import type { TaskState } from './state.ts';

/** The state without these optional fields (absent, never undefined: it is carried as JSON). */
export function without(state: TaskState, ...fields: (keyof TaskState)[]): TaskState {
  const next: Partial<TaskState> = { ...state };
  for (const field of fields) delete next[field];
  return next as TaskState;
}
