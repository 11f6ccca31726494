/** What the local providers keep, read as their files. */

import { join } from 'node:path';
import type { Card } from '../../../adapters/local/tracker/card.ts';
import { readCard } from '../../../adapters/local/tracker/card-folder.ts';
import type { World } from './world.ts';

export async function cardOf({ config, project }: World, key: string): Promise<Card> {
  const file = await readCard(join(config.data, 'tracker'), project.key, key);
  if (!file) throw new Error(`There is no card ${key}`);
  return file.card;
}
