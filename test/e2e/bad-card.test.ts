import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { taskWorkflowId } from '../../workflows/messages.ts';
import { until } from './support/person.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const GARBAGE = '---\nkey: [unclosed\n---\nSomebody saved this half-way.\n';

const world = useWorld();

it(
  'a card that cannot be read starts nothing, loses nothing and keeps nobody else from being delivered',
  { timeout: TEST_MS },
  async () => {
    const { board, client, config } = world();
    const { key: project } = world().project;
    const bad = await board.addCard({ project, title: 'Half a card', body: '', by: 'ada' });
    const file = join(config.data, 'tracker', project, `${bad}.md`);
    await writeFile(file, GARBAGE);
    const good = await world().enter();
    await until(world(), good, 'its approval', ({ question }) => question?.told === 'told');
    expect(await readFile(file, 'utf8')).toBe(GARBAGE);
    await expect(client.workflow.getHandle(taskWorkflowId(bad)).describe()).rejects.toThrow(/not found/);
    await expect(world().ports.tracker.item(project, bad)).rejects.toThrow(new RegExp(`${bad}\\.md:\\d+:\\d+`));
  },
);
