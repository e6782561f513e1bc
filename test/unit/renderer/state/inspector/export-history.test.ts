import { describe, expect, test } from 'vitest';
import {
  exportHistory,
  type ExportForm,
} from '../../../../../src-renderer/state/inspector/export-history.ts';
import { FakeLog } from './fake-log.ts';

function filled(count: number): FakeLog {
  const log = new FakeLog();
  for (let seq = 1; seq <= count; seq++) log.arrive('a', seq, `value ${seq}`);
  return log;
}

const all = () => true;
const never = () => false;

async function exported(log: FakeLog, form: ExportForm, passes: (seq: number) => boolean = all) {
  const told: number[] = [];
  const made = await exportHistory(
    log.session,
    'a',
    form,
    ({ seq }) => passes(seq),
    (count) => told.push(count),
    never,
  );
  return { ...made, text: made.parts.join(''), told };
}

describe('the history of a topic as a file', () => {
  test('holds every message once, newest first, over as many pages as there are', async () => {
    const made = await exported(filled(1_203), 'json-lines');
    const lines = made.text.trimEnd().split('\n');
    const payloads = lines.map((line) => (JSON.parse(line) as { payload: string }).payload);
    expect(payloads).toEqual(Array.from({ length: 1_203 }, (_, at) => `value ${1_203 - at}`));
    expect(made).toMatchObject({ count: 1_203, dropped: 0, cut: false });
    expect(made.told.at(-1)).toBe(1_203);
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
    let told = 0;
    const made = await exportHistory(
      log.session,
      'a',
      'json-lines',
      all,
      (count) => (told = count),
      () => told >= 32,
    );
    expect(made.count).toBe(32);
  });
});
