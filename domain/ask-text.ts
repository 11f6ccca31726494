import type { Question } from './question.ts';
import type { TaskState } from './state.ts';

/** What a person reads on the card: the reason, what was tried, what it cost, and what answers it. */
export function askText(state: TaskState, question: Question): string {
  const { spec, ledger } = state;
  const findings = question.findings.map((item) => `- ${item.text}${item.where ? ` (${item.where})` : ''}`);
  const cost = `${ledger.agentRuns} agent runs, ${ledger.total} bounces, ${ledger.usage.usd.toFixed(2)} USD so far`;
  return [
    `**Question ${question.number}** (${question.stage}${question.gate ? `, ${question.gate}` : ''}): ${question.why}`,
    ...(findings.length > 0 ? ['', ...findings] : []),
    '',
    `What it cost: ${cost}.`,
    '',
    ...question.answers.map((answer) => `- ${answerLine(spec.key, question, answer)}`),
  ].join('\n');
}

function answerLine(key: string, question: Question, answer: Question['answers'][number]): string {
  switch (answer) {
    case 'approve':
      return `approve: move the card to Approved, or \`conveyor approve ${key} --question ${question.number}\``;
    case 'reject':
      return `reject: move the card to Rejected, or \`conveyor reject ${key} --question ${question.number} --reason "why"\``;
    case 'retry':
      return `retry: move the card to In Progress, or \`conveyor decide ${key} ${question.number} retry\``;
    case 'abort':
      return `abort: move the card to Cancelled, or \`conveyor decide ${key} ${question.number} abort\``;
    case 'accept':
      return `accept: \`conveyor decide ${key} ${question.number} accept --reason "why"\``;
    case 'back':
      return `back: \`conveyor decide ${key} ${question.number} back --to STAGE\``;
    case 'revert':
      return `revert: \`conveyor decide ${key} ${question.number} revert\``;
  }
}
