/** What a task's sentence tells beyond its status: `describe` in the domain writes it, a test holds the two together. */
export type Heard =
  { kind: 'question'; number: number; about: 'approval' | 'other' } | { kind: 'trouble' } | { kind: 'plain' };

export function hear(sentence: string): Heard {
  const [, number, why] = /^question (\d+): (.*)$/.exec(sentence) ?? [];
  if (number !== undefined) {
    return { kind: 'question', number: Number(number), about: why?.startsWith('Approve ') ? 'approval' : 'other' };
  }
  return { kind: sentence.startsWith('trouble with ') ? 'trouble' : 'plain' };
}
