import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../src-main/contract/base/errors.ts';
import { memoryPipes } from '../../../src-main/wire/memory.ts';
import { settled } from '../../support/net/hand-pipe.ts';

const opened = () => {
  const [near, far] = memoryPipes();
  const came: unknown[] = [];
  const closed: string[] = [];
  const listen = () => {
    far.onMessage((message) => came.push(message));
    far.onClose((reason) => closed.push(`far: ${reason}`));
  };
  near.onClose((reason) => closed.push(`near: ${reason}`));
  return { near, far, came, closed, listen };
};

describe('What is sent in one thread', () => {
  test('arrives later and in its order, as it was when it was sent', async () => {
    const { near, came, listen } = opened();
    listen();
    const message = { n: 1 };
    near.send(message);
    message.n = 2;
    near.send(message);
    expect(came).toEqual([]);
    await settled();
    expect(came).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('waits for a listener that is set later', async () => {
    const { near, came, listen } = opened();
    near.send({ n: 1 });
    await settled();
    listen();
    expect(came).toEqual([{ n: 1 }]);
    near.send({ n: 2 });
    await settled();
    expect(came).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('and cannot be copied is refused at once; the pipe stays open', async () => {
    const { near, came, listen } = opened();
    listen();
    expect(() => near.send({ f: () => 1 })).toThrow(ProtocolError);
    near.send({ n: 1 });
    await settled();
    expect(came).toEqual([{ n: 1 }]);
  });
});

describe('A pipe that is closed', () => {
  test('notifies both sides once, with the reason of the side that closed it', async () => {
    const { near, far, closed, listen } = opened();
    listen();
    near.close('done');
    near.close('again');
    expect(closed).toEqual(['near: done']);
    await settled();
    far.close('too late');
    await settled();
    expect(closed).toEqual(['near: done', 'far: done']);
  });

  test('carries what was sent before, and nothing afterwards', async () => {
    const { near, far, came, listen } = opened();
    listen();
    near.send({ n: 1 });
    near.close('done');
    near.send({ n: 2 });
    far.send({ n: 3 });
    await settled();
    expect(came).toEqual([{ n: 1 }]);
  });

  test('notifies a listener that is set later', async () => {
    const { near, closed, listen } = opened();
    near.close('done');
    await settled();
    listen();
    expect(closed).toEqual(['near: done', 'far: done']);
  });
});
