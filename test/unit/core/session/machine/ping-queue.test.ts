import { expect, test } from 'vitest';
import {
  GHOST_MS,
  MOST_OPEN,
  PingQueue,
  type PingAnswer,
} from '../../../../../src-main/core/session/machine/ping-queue.ts';

function open() {
  const ledger = new PingQueue();
  const answers: Record<string, PingAnswer> = {};
  const ask = (name: string, sentAt: number, timeout = 1_000): void =>
    ledger.asked({
      question: 'ping',
      sentAt,
      deadline: sentAt + timeout,
      settle: (a) => (answers[name] = a),
    });
  return { ledger, answers, ask };
}

test('Answers go to the questions in the order in which they were asked.', () => {
  const { ledger, answers, ask } = open();
  ask('ping', 0);
  ask('fence', 10);
  ledger.answered(30);
  expect(answers).toEqual({ ping: { kind: 'answered', ms: 30 } });
  ledger.answered(50);
  expect(answers['fence']).toEqual({ kind: 'answered', ms: 40 });
});

test('An answer without a question is not taken.', () => {
  expect(open().ledger.answered(0)).toBe(false);
});

test('A late answer to a question that timed out does not end a younger fence too early.', () => {
  const { ledger, answers, ask } = open();
  ask('slow', 0);
  ledger.expire(1_000);
  expect(answers['slow']).toEqual({ kind: 'timeout' });
  ask('fence', 1_100, 5_000);
  ledger.answered(1_200);
  expect(answers['fence']).toBeUndefined();
  ledger.answered(1_300);
  expect(answers['fence']).toEqual({ kind: 'answered', ms: 200 });
});

test('An answer that never came is written off in the end, so the next one is not off by one without end.', () => {
  const { ledger, answers, ask } = open();
  ask('dropped', 0);
  ledger.expire(1_000);
  ledger.expire(1_000 + GHOST_MS);
  expect(ledger.nextDeadline()).toBeNull();
  ask('next', 20_000);
  ledger.answered(20_010);
  expect(answers['next']).toEqual({ kind: 'answered', ms: 10 });
});

test('A queue that is closed settles every question, once.', () => {
  const { ledger, answers, ask } = open();
  ask('gone', 0);
  ask('open', 500, 5_000);
  ledger.expire(1_000);
  ledger.close();
  expect(answers).toEqual({ gone: { kind: 'timeout' }, open: { kind: 'closed' } });
  expect(ledger.open).toBe(0);
});

test('A broker that answers nothing cannot make the ledger grow without end.', () => {
  const { ledger, ask } = open();
  for (let i = 0; i < MOST_OPEN; i++) ask(`${i}`, i);
  expect(ledger.full).toBe(true);
});
