import { expect, test } from 'vitest';
import { Observable } from '../../../../src-main/engine/base/observable.ts';

test('a reader gets the value there is and then each change', async () => {
  const value = new Observable(1);
  const end = new AbortController();
  const reader = value.follow(end.signal);
  expect((await reader.next()).value).toBe(1);
  const next = reader.next();
  value.set(2);
  expect((await next).value).toBe(2);
  end.abort();
  expect((await reader.next()).done).toBe(true);
});

test('a slow reader gets the latest value and not every one', async () => {
  const value = new Observable(1);
  const end = new AbortController();
  const reader = value.follow(end.signal);
  await reader.next();
  for (let i = 2; i <= 100; i++) value.set(i);
  expect((await reader.next()).value).toBe(100);
  end.abort();
});

test('a waiting reader leaves at once when its signal says so', async () => {
  const value = new Observable('x');
  const end = new AbortController();
  const reader = value.follow(end.signal, 60_000);
  await reader.next();
  const next = reader.next();
  end.abort();
  expect((await next).done).toBe(true);
});

test('a value that is set again is news even when it is equal', async () => {
  const value = new Observable('same');
  const end = new AbortController();
  const reader = value.follow(end.signal);
  await reader.next();
  value.set('same');
  expect((await reader.next()).value).toBe('same');
  end.abort();
});

test('what is urgent waits for no pace, also where it came before the reader asked for more', async () => {
  const value = new Observable('first');
  const end = new AbortController();
  const reader = value.follow(end.signal, 60_000);
  await reader.next();
  const next = reader.next();
  value.set('usual');
  value.set('urgent', true);
  expect((await next).value).toBe('urgent');
  value.set('urgent too', true);
  value.set('and what followed it');
  expect((await reader.next()).value).toBe('and what followed it');
  // The pace holds again for what is not.
  const held = reader.next();
  value.set('usual');
  let came = false;
  void held.then(() => (came = true));
  await new Promise(setImmediate);
  expect(came).toBe(false);
  end.abort();
  expect((await held).done).toBe(true);
});
