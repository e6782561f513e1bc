import { describe, expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { BrokerSession } from '../../../../src-main/server/retained/broker-session.ts';
import { packed } from '../../../support/retained/packed.ts';

type Look = { readonly state: object; readonly result?: object };

const ONLINE = { kind: 'online' };
const GRANTED = { kind: 'granted', qos: 0 };
const PENDING = { kind: 'pending' };
const why = failed('busy', 'The broker is busy.', 'Wait.');

interface Given {
  /** What is seen of the connection, look by look; the last one stays. */
  readonly looks?: readonly Look[];
  /** Looks at the scan that find it going on. */
  readonly scans?: number;
  /** Topics that are known, and those that are known once they were sought. */
  readonly known?: readonly string[];
  readonly found?: readonly string[];
  readonly problem?: string | null;
  /** Of the first searches. */
  readonly problems?: string[];
  readonly stopping?: AbortSignal;
}

/** A session over a connection that is seen as it is given, and a clock that moves with each wait. */
function open({ looks = [], scans = 0, known = [], found, problem = null, problems = [], stopping }: Given) {
  const asked: string[] = [];
  const cut = new Set<string>();
  let [look, now, waits, topics] = [0, 0, 0, known];
  const answers: Readonly<Record<string, (params: never) => unknown>> = {
    scanState: () => ({ scanning: scans-- > 0 }),
    subscribe: ({ filter }: { filter: string }) => {
      asked.push(`subscribe ${filter}`);
      return { kind: 'done' };
    },
    discoverRetained: ({ filter }: { filter: string }) => {
      asked.push(`seek ${filter}`);
      topics = found ?? known;
      const isCounted = asked.includes('subscribe $SYS/#');
      return { problem: problems.shift() ?? problem, beside: isCounted ? 3 : null };
    },
    // In two pieces, as a worker answers for many.
    listRetained: ({ from }: { from: number }) => {
      const next = from === 0 && topics.length > 2 ? 2 : null;
      const piece = topics.slice(from, next ?? topics.length);
      const listed = piece.map((key) => ({ key, size: key.length, returning: false, excluded: null }));
      return { topics: packed(listed), unknown: 0, next };
    },
    fetchRetained: ({ keys }: { keys: readonly string[] }) => {
      asked.push(`fetch ${keys.length}`);
      return packMessages(
        keys.map((key) => {
          if (key.startsWith('gone')) return { kind: 'nothing', key } as const;
          if (key.startsWith('cut') && !cut.has(key)) {
            cut.add(key);
            return { kind: 'unread', key, failure: why } as const;
          }
          if (key.startsWith('bad')) return { kind: 'unread', key, failure: why } as const;
          const payload = new TextEncoder().encode(`of ${key}`);
          const message = { key, payload, qos: 1 as const, properties: new Uint8Array(0), at: 1 };
          return { kind: 'message', key, message } as const;
        }) as never,
      );
    },
  };
  const live = {
    summary: {
      get value() {
        const { state, result } = looks[Math.min(look++, looks.length - 1)] ?? { state: ONLINE };
        return { state, subscriptions: result === undefined ? [] : [{ filter: '#', result }] };
      },
    },
    worker: { call: async (name: string, params: never) => answers[name]?.(params) },
    stop: async (ms: number) => void asked.push(`stop ${ms}`),
  };
  const clock = {
    now: () => now,
    wait: async (ms: number) => {
      now += ms;
      waits++;
    },
  };
  return {
    session: new BrokerSession(live as never, stopping, clock),
    asked,
    waits: () => waits,
    now: () => now,
  };
}

describe('the start of a command', () => {
  test.each<[string, readonly Look[], number]>([
    ['it is granted', [{ state: ONLINE, result: GRANTED }], 0],
    [
      'it is connected and granted in the end',
      [
        { state: { kind: 'resolving' } },
        { state: { kind: 'connecting' } },
        { state: { kind: 'handshaking' }, result: PENDING },
        { state: ONLINE },
        { state: ONLINE, result: PENDING },
        { state: ONLINE, result: GRANTED },
      ],
      5,
    ],
  ])('goes on as soon as %s', async (_, looks, waits) => {
    const opened = open({ looks });
    expect(await opened.session.ready()).toBeNull();
    expect(opened.waits()).toBe(waits);
  });

  test.each<[string, Look, unknown]>([
    ['is refused for good', { state: { kind: 'stopped', why } }, why],
    ['waits for another try', { state: { kind: 'waiting', why } }, why],
    ['was closed here', { state: { kind: 'stopped', why: null } }, 'The connection was closed.'],
    ['is not granted its filter', { state: ONLINE, result: { kind: 'refused', failure: why } }, why],
  ])('ends where the connection %s', async (_, look, said) => {
    const opened = open({ looks: [{ state: { kind: 'resolving' } }, look] });
    expect(await opened.session.ready()).toEqual(said);
    expect(opened.waits()).toBe(1);
  });

  test.each<[string, Look]>([
    ['no connection', { state: { kind: 'connecting' } }],
    ['no answer to the filter', { state: ONLINE, result: PENDING }],
    ['no filter at all', { state: ONLINE }],
  ])('gives up after half a minute with %s', async (_, look) => {
    const opened = open({ looks: [look] });
    expect(await opened.session.ready()).toBe('The broker did not answer in time.');
    expect(opened.now()).toBeGreaterThan(30_000);
    expect(opened.now()).toBeLessThan(31_000);
  });

  test('waits for the stored messages, however long they come', async () => {
    const opened = open({ looks: [{ state: ONLINE, result: GRANTED }], scans: 2_000 });
    expect(await opened.session.ready()).toBeNull();
    expect(opened.waits()).toBe(2_000);
  });
});

describe('what a broker holds', () => {
  const LEARNT = 'subscribe $SYS/#';
  const looks = [{ state: ONLINE, result: GRANTED }];

  test('is listed in order, with the bytes of all, and of one topic nothing more is asked.', async () => {
    const { session, asked } = open({ known: ['b', 'aaa', 'cc', 'dddd'] });
    const bytes = 10;
    expect(await session.list('a/b')).toEqual({
      keys: ['aaa', 'b', 'cc', 'dddd'],
      bytes,
      missing: null,
      beside: null,
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['gone/a', [], 0, null],
    ['bad/b', [], 0, why.message],
    ['new/c', ['new/c'], 8, null],
  ])(
    'of one topic that is not known to be retained is what asking by its name finds: %s',
    async (...given) => {
      const [topic, keys, bytes, missing] = given;
      const { session, asked } = open({});
      expect(await session.list(topic)).toEqual({ keys, bytes, missing, beside: null });
      expect(asked).toEqual(['fetch 1']);
    },
  );

  test.each([
    [0, null],
    [3, null],
    [3, 'The broker left some out.'],
    [900, 'The broker left some out.'],
  ])(
    'is sought once it is known which broker it is, where %i topics are known (%s)',
    async (count, problem) => {
      const known = Array.from({ length: count }, (_, i) => `t${i}`);
      // Some end the connection over anything below $SYS: it comes back, and goes on without.
      const again = [{ state: { kind: 'waiting', why } }, ...looks];
      const { session, asked } = open({ known, found: [...known, 'left/out'], problem, looks: again });
      const { keys, missing, beside } = await session.list('plant/#');
      expect(asked).toEqual([LEARNT, 'seek plant/#']);
      expect([keys.length, missing, beside]).toEqual([count + 1, problem, 3]);
    },
  );

  test('is read by name, so many at a time, and what could not be read is reported by topic', async () => {
    const keys = [...Array.from({ length: 1_200 }, (_, i) => `t${i}`), 'gone/a', 'bad/b'];
    const { session, asked } = open({});
    const found = new Map<string, string>();
    const unreadable: string[] = [];
    for await (const { asked: some, messages, unread } of session.fetch(keys)) {
      expect(messages.length + unread.size + some.filter((key) => key.startsWith('gone')).length).toBe(
        some.length,
      );
      for (const { key, payload } of messages) found.set(key, new TextDecoder().decode(payload));
      unreadable.push(...unread.keys());
    }
    expect(asked).toEqual(['fetch 800', 'fetch 402']);
    expect([found.size, found.get('t1199'), unreadable]).toEqual([1_200, 'of t1199', ['bad/b']]);
  });

  test('is not asked for where no topic is', async () => {
    const { session, asked } = open({});
    for await (const part of session.fetch([])) expect(part).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('the end of a connection', () => {
  const [first, next] = [1, 2].map(
    (since) => ({ state: { kind: 'online', since }, result: GRANTED }) as const,
  );
  const away = { state: { kind: 'waiting', why } };
  const looks = [first, away, away, away, next] as Look[];

  test('has what it cut off asked for again over the next one', async () => {
    const { session, asked } = open({ looks });
    const [found, unreadable]: [string[], string[]] = [[], []];
    for await (const { asked: some, messages, unread } of session.fetch(['a', 'cut/1', 'cut/2'])) {
      expect(some).toHaveLength(messages.length + unread.size);
      found.push(...messages.map(({ key }) => key));
      unreadable.push(...unread.keys());
    }
    expect(asked).toEqual(['fetch 3', 'fetch 2']);
    expect([found, unreadable, session.isLost]).toEqual([['a', 'cut/1', 'cut/2'], [], false]);
  });

  test('is said where none comes in its place, and is waited for once', async () => {
    const { session, asked, now } = open({ looks: [first as Look, away] });
    const keys = [...Array.from({ length: 799 }, (_, i) => `t${i}`), 'bad/1', 'bad/2'];
    const unreadable: string[] = [];
    for await (const { unread } of session.fetch(keys)) unreadable.push(...unread.keys());
    expect([asked, unreadable, session.isLost]).toEqual([['fetch 800', 'fetch 1'], ['bad/1', 'bad/2'], true]);
    expect(now()).toBeLessThan(31_000);
  });

  test('has the search for what nobody saw begun again', async () => {
    const { session, asked } = open({
      looks: [first, first, first, away, away, next] as Look[],
      known: ['a'],
      problems: ['The connection ended.'],
    });
    expect(await session.list('#')).toMatchObject({ keys: ['a'], missing: null });
    expect(asked).toEqual(['subscribe $SYS/#', 'seek #', 'seek #']);
  });

  test('is not the reason where the broker refuses some', async () => {
    const { session, asked } = open({ looks: [first as Look] });
    const unreadable: string[] = [];
    for await (const { unread } of session.fetch(['bad/b'])) unreadable.push(...unread.keys());
    expect([asked, unreadable, session.isLost]).toEqual([['fetch 1'], ['bad/b'], false]);
  });
});

test('Without a subscription it is ready once it is connected.', async () => {
  const { session, waits } = open({ looks: [{ state: { kind: 'connecting' } }, { state: ONLINE }] });
  expect(await session.ready(false, false)).toBeNull();
  expect(waits()).toBe(1);
});

test.each<[string, readonly Look[]]>([
  ['says its name', [{ state: ONLINE }, { state: ONLINE, result: GRANTED }]],
  ['refuses to', [{ state: ONLINE }, { state: ONLINE, result: { kind: 'refused', failure: why } }]],
  [
    'ends the connection over it',
    [{ state: ONLINE }, { state: { kind: 'waiting', why } }, { state: ONLINE }],
  ],
])(
  'A session without a subscription goes on after a broker was asked for its name and %s.',
  async (_, looks) => {
    const { session, asked } = open({ looks, scans: 2 });
    await session.learnBroker();
    expect(asked).toEqual(['subscribe $SYS/broker/version']);
  },
);

test('A broker that is away for good after it was asked for its name is an error.', async () => {
  const { session } = open({ looks: [{ state: ONLINE }, { state: { kind: 'stopped', why } }] });
  await expect(session.learnBroker()).rejects.toThrow('The broker is busy.');
});

test('What is stopped neither waits for the broker nor asks for more.', async () => {
  const stopping = new AbortController();
  const { session, asked } = open({ looks: [{ state: { kind: 'connecting' } }], stopping: stopping.signal });
  const waits = session.ready();
  stopping.abort(new Error('Stopped before the end.'));
  await expect(waits).rejects.toThrow('Stopped before the end.');
  await expect(session.fetch(['a']).next()).rejects.toThrow('Stopped before the end.');
  expect(asked).toEqual([]);
});

test('There is time to send DISCONNECT to the broker.', async () => {
  const { session, asked } = open({});
  await session.close();
  expect(asked).toEqual(['stop 5000']);
});
