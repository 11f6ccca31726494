import type { Answer } from '../../domain/question.ts';

/** The exact command that gives this answer to this question. */
export function answerCommand(key: string, number: number, answer: Answer): string {
  switch (answer) {
    case 'approve':
      return `conveyor approve ${key} --question ${number}`;
    case 'reject':
      return `conveyor reject ${key} --question ${number} --reason "why"`;
    case 'retry':
    case 'revert':
    case 'abort':
      return `conveyor decide ${key} ${number} ${answer}`;
    case 'accept':
      return `conveyor decide ${key} ${number} accept --reason "why"`;
    case 'back':
      return `conveyor decide ${key} ${number} back --to STAGE`;
  }
}
