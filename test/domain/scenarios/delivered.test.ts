import { describe, expect, it } from 'vitest';
import { deliver } from '../support/deliver.ts';

describe('a task on the default pipeline', () => {
  it('goes through every stage, asks once for approval, and ends in production', () => {
    const task = deliver();
    task.go();
    task.decide('approve');
    task.go();

    expect(task.trace.join('\n')).toMatchInlineSnapshot(`
      "analysis · analyst #1 → pass
      analysis · artifacts → pass
      analysis · approval → asks: Approve the documents docs:an?
      question 1 (approval): Approve the documents docs:an?
      pat: approve
      card → entry
      analysis · approval → pass
      architecture · architect #2 → pass
      architecture · artifacts → pass
      development · developer #3 → pass
      development · ci → pass
      development · protected-paths → pass
      review · reviewer #4 → pass
      review · review → pass
      testing · tester #5 → pass
      testing · tests → pass
      lane release taken
      deploy-staging · sync → pass
      deploy-staging · merge → pass
      deploy-staging · candidate → pass
      deploy-staging · staging → pass
      deploy · land → pass
      deploy · fresh → pass
      deploy · promote → pass
      deploy · health → pass
      lane release given up
      card → done
      done"
    `);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, bounces: {}, stale: 0, tries: 0, agentRuns: 5, approvals: 1 });
  });
});
