import type { Answer, QuestionCause } from './question.ts';
import { stateNamed } from './state-names.ts';

/** How an answer is given: by moving the card, where a state stands for it, and always by a command. */
export type HowTo = {
  /** The answer, or what it comes to under this question. */
  label: string;
  /** Where a person moves the card for it. */
  state?: string;
  command: (key: string, question: number) => string;
};

/** Under a question after somebody cancelled, `retry` finishes the delivery. */
export function howTo(answer: Answer, cause: QuestionCause): HowTo {
  const label = cause === 'cancelled' && answer === 'retry' ? 'finish' : answer;
  const state = stateOf(answer);
  return {
    label,
    ...(state === undefined ? {} : { state }),
    command: (key, question) => commandOf(answer, key, question),
  };
}

function stateOf(answer: Answer): string | undefined {
  switch (answer) {
    case 'approve':
      return stateNamed('approved');
    case 'reject':
      return stateNamed('rejected');
    case 'retry':
      return stateNamed('entry');
    case 'abort':
      return stateNamed('cancelled');
    case 'accept':
    case 'back':
    case 'revert':
      return undefined;
  }
}

function commandOf(answer: Answer, key: string, question: number): string {
  switch (answer) {
    case 'approve':
      return `conveyor approve ${key} --question ${question}`;
    case 'reject':
      return `conveyor reject ${key} --question ${question} --reason "why"`;
    case 'accept':
      return `conveyor decide ${key} ${question} accept --reason "why"`;
    case 'back':
      return `conveyor decide ${key} ${question} back --to STAGE`;
    case 'retry':
    case 'revert':
    case 'abort':
      return `conveyor decide ${key} ${question} ${answer}`;
  }
}
