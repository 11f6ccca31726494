// Run against staging after a deployment: URL is its address. Exit 0 = a visitor is served.
const url = process.env.URL;
if (!url) throw new Error('URL is not set: it must be the address of the running service');

const release = await (await fetch(`${url}/version`)).json();
for (const field of ['version', 'revision', 'digest', 'deployId']) {
  if (typeof release[field] !== 'string' || release[field] === 'unknown') {
    throw new Error(`/version does not say its ${field}: ${JSON.stringify(release)}`);
  }
}

const visitors = Array.from({ length: 20 }, (_, index) => `visitor-${index}`);
const greetings = await Promise.all(visitors.map(async (name) => (await fetch(`${url}/greeting?name=${name}`)).text()));
const wrong = visitors.filter((name, index) => !greetings[index].includes(name));
if (wrong.length > 0) throw new Error(`not greeted by name: ${wrong.join(', ')}`);

process.stdout.write(`${visitors.length} visitors served by ${release.version} (${release.revision})\n`);
