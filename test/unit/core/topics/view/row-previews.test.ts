import { expect, test } from 'vitest';
import type { Row } from '../../../../../src-main/contract/model/view.ts';
import { jsonText } from '../../../../../src-main/core/payload/preview-notation.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

const SPEC = { anchor: null, offset: 0, rows: 40, filter: '', selected: null };
/** A list whose counting takes several frames. */
const LONG = `[${'1234567,'.repeat(100_000)}0]`;

function viewOf(source: NaiveTopics) {
  const view = new TopicView({ source, spec: SPEC, now: source.now });
  const rows = new Map<string, Row>();
  const frame = (): number => {
    while (view.work(() => false));
    const sent = view.frame(source.now).rows;
    for (const row of sent) rows.set(row.key, row);
    return sent.length;
  };
  const preview = (key: string) => {
    const found = rows.get(key)?.preview;
    if (found?.kind !== 'json') throw new Error(`no JSON for ${key}`);
    return found;
  };
  return { view, frame, preview };
}

test('a preview is counted over as many frames as it takes, and the view asks for them', () => {
  const source = new NaiveTopics();
  for (let at = 0; at < 4; at++) source.publish(`list-${at}`, LONG);
  const { view, frame, preview } = viewOf(source);
  frame();
  expect(preview('list-3')).toMatchObject({ atLeast: true });
  let frames = 1;
  while (view.hasNews() && frames < 100) {
    frame();
    frames++;
  }
  expect(frames).toBeGreaterThan(4);
  expect(frames).toBeLessThan(20);
  for (let at = 0; at < 4; at++) {
    const { left, parts, atLeast } = preview(`list-${at}`);
    expect({ members: left + parts.length, atLeast }).toEqual({ members: 100_001, atLeast: false });
  }
  expect(frame()).toBe(0);
});

test('a value that is replaced while it is counted is counted again', () => {
  const source = new NaiveTopics();
  source.publish('list', LONG);
  const { frame, preview } = viewOf(source);
  frame();
  source.publish('list', '[1, 2, 3]');
  frame();
  expect(jsonText(preview('list'))).toBe('[1, 2, 3]');
  source.publish('list', LONG);
  for (let frames = 0; frames < 10; frames++) frame();
  expect(preview('list')).toMatchObject({ atLeast: false });
});
