import { describe, expect, test } from 'vitest';
import {
  exportHistory,
  type ExportForm,
} from '../../../../../src-renderer/state/inspector/export-history.ts';
import { decoded } from '../../../../support/decoding.ts';
import { FakeLog } from './fake-log.ts';

function filled(count: number): FakeLog {
  const log = new FakeLog();
  for (let seq = 1; seq <= count; seq++) log.arrive('a', seq, `value ${seq}`);
  return log;
}

const all = () => true;
const never = () => false;

async function exported(log: FakeLog, form: ExportForm, passes: (seq: number) => boolean = all) {
  const reported: number[] = [];
  const made = await exportHistory(
    log.session,
    { key: 'a', below: false },
    form,
    ({ seq }) => passes(seq),
    (count) => reported.push(count),
    never,
  );
  return { ...made, text: made.parts.join(''), reported };
}

describe('the history of a topic as a file', () => {
  test('holds every message once, newest first, over as many pages as there are', async () => {
    const made = await exported(filled(1_203), 'json-lines');
    const lines = made.text.trimEnd().split('\n');
    const payloads = lines.map((line) => (JSON.parse(line) as { payload: string }).payload);
    expect(payloads).toEqual(Array.from({ length: 1_203 }, (_, at) => `value ${1_203 - at}`));
    expect(made).toMatchObject({ count: 1_203, dropped: 0, cut: false });
    expect(made.reported.at(-1)).toBe(1_203);
  });

  test('ends where it is stopped, and says so where something is left out', async () => {
    const stopAfter = async (messages: number, reads: number, passes: boolean) => {
      const log = filled(messages);
      const asked = () => log.calls.filter(({ name }) => name === 'readHistory').length;
      const source = { key: 'a', below: false };
      const stopped = () => asked() >= reads;
      const made = await exportHistory(
        log.session,
        source,
        'json-lines',
        () => passes,
        () => 0,
        stopped,
      );
      return [made.count, made.stopped, made.cut, asked()];
    };
    expect(await stopAfter(1_203, 2, true)).toEqual([516, true, false, 2]);
    expect(await stopAfter(1_203, 2, false)).toEqual([0, true, false, 2]);
    expect(await stopAfter(16, 1, true)).toEqual([16, false, false, 1]);
  });

  test('holds what passes the filter alone', async () => {
    const made = await exported(filled(20), 'csv', (seq) => seq % 10 === 0);
    expect(
      made.text
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',').at(-1)),
    ).toEqual(['value 20', 'value 10']);
  });

  test('counts what was dropped while it was written, and goes on', async () => {
    const log = filled(5);
    const { call } = log.session.client;
    const client = {
      call: async (...args: Parameters<typeof call>) => {
        const answer = await call(...args);
        if (args[0] === 'readHistory') log.evict('a', 2);
        return answer;
      },
    };
    Object.assign(log.session, { client });
    expect(await exported(log, 'csv-base64')).toMatchObject({ count: 4, dropped: 1 });
  });

  test('is ended when somebody stops it, with what there is', async () => {
    const log = filled(1_000);
    let reported = 0;
    const made = await exportHistory(
      log.session,
      { key: 'a', below: false },
      'json-lines',
      all,
      (count) => (reported = count),
      () => reported >= 32,
    );
    expect(made.count).toBe(32);
  });

  test('is a table with a column a field, decoded as the inspector does it', async () => {
    const log = new FakeLog();
    const payloads = ['{"rpm": 1.50}', 'stopped', '{"rpm": 2, "on": true}'];
    for (const [at, text] of payloads.entries()) log.arrive('a', at + 1, text);
    const { call } = log.session.client;
    const client = {
      call: (...args: Parameters<typeof call>) => {
        const [name, params] = args as unknown as [string, { source: { which: number } }];
        if (name !== 'decode') return call(...args);
        const bytes = new TextEncoder().encode(payloads[params.source.which - 1]);
        return Promise.resolve(params.source.which === 3 ? { kind: 'gone' } : decoded(bytes));
      },
    };
    Object.assign(log.session, { client });
    expect(await exported(log, 'csv-fields')).toMatchObject({
      count: 2,
      dropped: 1,
      narrow: false,
      text: [
        'time,topic,qos,retain,dup,size,value,rpm',
        '1970-01-01T00:00:02.000Z,a,0,false,false,7,stopped,',
        '1970-01-01T00:00:01.000Z,a,0,false,false,13,,1.50',
        '',
      ].join('\r\n'),
    });
  });
});

describe('the history of a branch as a file', () => {
  const branch = (count: number) => {
    const log = new FakeLog();
    for (let seq = 1; seq <= count; seq++)
      log.arrive(seq % 2 === 0 ? 'a/even' : 'a/odd', seq, `value ${seq}`);
    log.arrive('ab', count + 1, 'beside it');
    return log;
  };
  const written = (log: FakeLog, form: ExportForm, passes: (topic: string) => boolean = all) =>
    exportHistory(
      log.session,
      { key: 'a', below: true },
      form,
      ({ topic }) => passes(topic ?? ''),
      () => undefined,
      never,
    );

  test('holds the messages of all topics below it in their order, over as many pages as there are', async () => {
    const made = await written(branch(1_203), 'json-lines');
    const lines = made.parts.map((line) => JSON.parse(line) as { topic: string; payload: string });
    expect(lines.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 1_203 }, (_, at) => `value ${1_203 - at}`),
    );
    expect(lines.slice(0, 3).map(({ topic }) => topic)).toEqual(['a/odd', 'a/even', 'a/odd']);
    expect(made).toMatchObject({ count: 1_203, dropped: 0, cut: false, short: false });
  });

  test('names the topic of each row of a table', async () => {
    const { parts } = await written(branch(2), 'csv');
    const rows = parts.join('').split('\r\n').slice(1, -1);
    expect(rows.map((row) => row.split(',')[1])).toEqual(['a/even', 'a/odd']);
  });

  test('holds what passes the filter alone', async () => {
    const { count } = await written(branch(10), 'csv', (topic) => topic === 'a/even');
    expect(count).toBe(5);
  });

  test('says that older messages are missing', async () => {
    const log = branch(4);
    log.evict('a/odd', 1);
    expect(await written(log, 'json-lines')).toMatchObject({ count: 3, short: true });
  });
});

test('A topic that is no text has its bytes in a column of its own, in a table as in JSON Lines.', async () => {
  const log = new FakeLog();
  const key = '\0a/\\xff';
  log.arrive(key, 1, 'x');
  const written = (form: ExportForm) =>
    exportHistory(
      log.session,
      { key, below: false },
      form,
      () => true,
      () => undefined,
      never,
    );
  expect((await written('json-lines')).parts.join('')).toContain('"topicBase64":"YS//"');
  const lines = (await written('csv')).parts.join('').split('\r\n');
  expect(lines[0]).toBe('time,topic,qos,retain,dup,size,payload,topic_base64');
  expect(lines[1]).toMatch(/,x,YS\/\/$/);
});
