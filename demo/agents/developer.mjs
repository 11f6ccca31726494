// Changes the service as the card asks; on a later attempt mends what the findings say. Runs the tests each time.
import { Stopped, runAgent } from './support/agent.mjs';
import { addFallback, addFallbackTest, describeInReadme, implement, progress } from './support/feature.mjs';
import { commit } from './support/git.mjs';
import { languagesAskedFor } from './support/languages.mjs';
import { cardOf, remarksOf } from './support/prompt.mjs';
import { runTests } from './support/run-tests.mjs';

await runAgent('developer', async ({ prompt, key, say }) => {
  const remarks = remarksOf(prompt);
  const done = [];
  if (progress() === 'absent') {
    const languages = languagesAskedFor(cardOf(prompt).text);
    say(`greeting in ${languages.join(', ')}`);
    const files = implement(languages);
    mustBeGreen();
    commit(`${key}: Greet in the visitor's language`, files);
    say(`tests are green; committed ${files.join(', ')}`);
    // Left uncommitted: whoever runs an agent must keep what it did not commit.
    describeInReadme(languages);
    done.push(`Visitors are greeted in ${languages.length} more languages.`);
  }
  if (progress() === 'crashes' && remarks.some(isAboutFallback)) {
    say('a finding says that an unknown language breaks the greeting');
    const tests = addFallbackTest();
    if (runTests(tests).kind === 'green') throw new Stopped('gave-up', 'The finding cannot be reproduced by a test.');
    say('reproduced by a test');
    addFallback();
    mustBeGreen();
    say('mended; tests are green');
    done.push('A language the service does not speak is answered in English, and a test says so.');
  }
  if (done.length > 0) return { verdict: 'pass', summary: done.join(' ') };

  const open = remarks.filter((remark) => !isAboutFallback(remark));
  if (open.length > 0) throw new Stopped('gave-up', `I do not know how to mend this: ${open[0]}`);
  mustBeGreen();
  return { verdict: 'pass', summary: 'Everything the card asks for is already there, and the tests are green.' };
});

function isAboutFallback(remark) {
  return /\bunknown language\b/i.test(remark);
}

function mustBeGreen() {
  const tests = runTests();
  if (tests.kind === 'red') throw new Stopped('gave-up', `The tests fail: ${firstFailure(tests.output)}`);
}

function firstFailure(output) {
  return /^\s*not ok \d+ - (.+)$/m.exec(output)?.[1] ?? 'see the log';
}
