/** Writes to one board in parallel: `<root> <project> <key> <name> <writers> <times>`, each writer adding, commenting and moving. */
import { createLocalBoard } from '../../../../adapters/local/tracker/board.ts';

const [, , root = '', project = '', key = '', name = '', writers = '1', times = '1'] = process.argv;

const board = createLocalBoard({ root, now: Date.now, announce: () => undefined });

async function write(by: string): Promise<void> {
  for (let n = 0; n < Number(times); n += 1) {
    await board.addCard({ project, title: `${by} adds ${n}`, body: '', by });
    await board.comment({ project, key, text: `${by} says ${n}`, by, marker: `${by}/${n}` });
    await board.moveCard({ project, key, stateName: n % 2 === 0 ? 'In Progress' : 'Backlog', by });
    if (n === 0) process.stdout.write('started\n');
  }
}

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(`${name}.${writer}`)));
