import { digestText } from '../../domain/intake/digest.ts';
import type { IntakePorts } from './index.ts';

/** `at`: the workflow's clock, so that a second try says the same. */
export type DigestInput = { project: string; at: number };

export async function digest({ tasks }: IntakePorts, { project, at }: DigestInput): Promise<{ text?: string }> {
  const text = digestText(project, await tasks.waiting(project), at);
  return text === undefined ? {} : { text };
}
