import { expect, test } from 'vitest';
import { FieldTable } from '../../../../../src-renderer/state/inspector/field-table.ts';
import { bytesOf, decoded } from '../../../../support/decoding.ts';

/** The table of some payloads, each with its number before it. */
function table(payloads: readonly string[]): { readonly text: string; readonly isNarrow: boolean } {
  const made = new FieldTable(['n']);
  for (const [at, payload] of payloads.entries()) {
    const { nodes, total } = decoded(bytesOf(payload));
    made.add([String(at)], nodes, total);
  }
  return { text: made.parts().join(''), isNarrow: made.isNarrow };
}

test('Fields are columns by their paths, with their digits, in the order in which they are first seen.', () => {
  const { text, isNarrow } = table([
    'text:{"rpm": 1.50, "motor": {"on": true, "axes": [1, {"x": 2}]}}',
    'text:{"big": 18446744073709551615, "rpm": 2, "say": "a, \\"b\\"", "none": null, "a.b": {}}',
    'text:[]',
    'a1 63 72706d fb 3ff8000000000000',
  ]);
  expect(text.split('\r\n')).toEqual([
    'n,rpm,motor.on,motor.axes[0],motor.axes[1].x,big,say,none,"[""a.b""]",value',
    '0,1.50,true,1,2,,,,,',
    '1,2,,,,18446744073709551615,"a, ""b""",null,{},',
    '2,,,,,,,,,[]',
    '3,1.5,,,,,,,,',
    '',
  ]);
  expect(isNarrow).toBe(false);
});

test('What a table cannot hold is left out, and that is known.', () => {
  const wide = (from: number) =>
    `text:${JSON.stringify(Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`k${at + from}`, at])))}`;
  expect(table([wide(0), wide(0)]).isNarrow).toBe(false);
  const cut = table([wide(0), wide(900)]);
  expect(cut.isNarrow).toBe(true);
  expect(cut.text.split('\r\n')[0]?.split(',')).toHaveLength(1_001);
  expect(table([`text:${JSON.stringify(Array.from({ length: 2_500 }, () => 1))}`]).isNarrow).toBe(true);
  const twice = table(['text:{"a": 1, "a": 2}']);
  expect([twice.isNarrow, twice.text]).toEqual([true, 'n,a\r\n0,2\r\n']);
});

test('A payload that is a text is a value.', () => {
  const made = new FieldTable(['n']);
  made.addText(['0'], 'on', 2);
  expect([made.isNarrow, made.parts().join('')]).toEqual([false, 'n,value\r\n0,on\r\n']);
  made.addText(['1'], 'cut', 9);
  expect(made.isNarrow).toBe(true);
});

test('A cell of its own has a column that no field of the same name gets into, and other rows leave empty.', () => {
  const made = new FieldTable(['n']);
  const { nodes, total } = decoded(bytesOf('text:{"exact": 1}'));
  made.add(['0'], nodes, total);
  made.add(['1'], nodes, total, { name: 'exact', text: 'YS//' });
  made.addText(['2'], 'on', 2, { name: 'exact', text: 'Yg==' });
  expect(made.parts().join('').split('\r\n')).toEqual([
    'n,"[""exact""]",exact,value',
    '0,1,,',
    '1,1,YS//,',
    '2,,Yg==,on',
    '',
  ]);
});

test('No two columns have one name: a field that is called as another column is written the longer way.', () => {
  const made = new FieldTable(['time', 'topic', 'size']);
  const { nodes, total } = decoded(
    bytesOf('text:{"time": 1, "a": {"time": 2}, "topic_base64": 3, "size": []}'),
  );
  const row = ['t', 'a/b', '9'];
  made.add(row, nodes, total);
  const before = made.parts()[0];
  expect(before).toBe('time,topic,size,"[""time""]",a.time,topic_base64,"[""size""]"\r\n');
  made.add(row, nodes, total, { name: 'topic_base64', text: 'YS//' });
  const [head = '', first, second] = made.parts();
  expect(head.trim().split(',').slice(-3)).toEqual(['"[""topic_base64""]"', '"[""size""]"', 'topic_base64']);
  expect(new Set(head.trim().split(',')).size).toBe(8);
  expect([first, second]).toEqual(['t,a/b,9,1,2,3,[],\r\n', 't,a/b,9,1,2,3,[],YS//\r\n']);
});
