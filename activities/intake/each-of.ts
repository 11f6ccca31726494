const AT_A_TIME = 10;

/** The answers in order, a few calls at a time: a thousand at once would be refused. The first error ends it. */
export async function eachOf<T, R>(items: readonly T[], call: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let from = 0; from < items.length; from += AT_A_TIME) {
    answers.push(...(await Promise.all(items.slice(from, from + AT_A_TIME).map(call))));
  }
  return answers;
}
