import { expect, test } from 'vitest';
import {
  KnownPlace,
  type Scrolled,
} from '../../../../../../src-renderer/features/inspector/base/panel-place.ts';

/** An element that counts how often it is asked where it stands. */
class Panel extends EventTarget {
  top = 0;
  height = 400;
  asked = 0;

  get scrollTop(): number {
    this.asked++;
    return this.top;
  }

  get clientHeight(): number {
    return this.height;
  }
}

function known() {
  const panel = new Panel();
  const places: number[][] = [];
  let size = () => undefined as void;
  let watched = true;
  const place = new KnownPlace(
    panel as unknown as Scrolled,
    () => places.push([place.place.top, place.place.height]),
    (_, reported) => {
      size = reported;
      return () => (watched = false);
    },
  );
  return { panel, place, places, resized: () => size(), isWatched: () => watched };
}

test('A panel that stands still is asked once, however often its place is needed.', () => {
  const { panel, place } = known();
  for (let at = 0; at < 10; at++) expect(place.place).toEqual({ top: 0, height: 400 });
  expect(panel.asked).toBe(1);
});

test('A scroll and another size are reported, each with where the panel stands then.', () => {
  const { panel, places, resized } = known();
  panel.top = 120;
  panel.dispatchEvent(new Event('scroll'));
  panel.height = 300;
  resized();
  expect(places).toEqual([
    [120, 400],
    [120, 300],
  ]);
});

test('What reports the same again, as a size does at first, moves nothing.', () => {
  const { panel, places, resized } = known();
  resized();
  panel.dispatchEvent(new Event('scroll'));
  expect(places).toEqual([]);
});

test('After its end nothing is reported any more.', () => {
  const { panel, place, places, isWatched } = known();
  place.close();
  panel.top = 50;
  panel.dispatchEvent(new Event('scroll'));
  expect(places).toEqual([]);
  expect(isWatched()).toBe(false);
});
