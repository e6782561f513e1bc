import { expect, test } from 'vitest';
import { Wildcards } from '../../../../src-main/connection/retained/wildcards.ts';

function open({ isMosquitto = false, retainAvailable = true, brings = '' } = {}) {
  const asked: string[] = [];
  const wildcards = new Wildcards({
    isMosquitto: () => isMosquitto,
    retainAvailable: () => retainAvailable,
  });
  const ask = async (filters: readonly string[]): Promise<void> => {
    asked.push(filters.join(' '));
    wildcards.answered(filters, filters.includes(brings) ? 1 : 0);
  };
  return { wildcards, asked, deliver: (filter: string) => wildcards.deliver(filter, ask) };
}

test('Where nothing came for any wildcard it is not known that one brings what is stored.', async () => {
  const { asked, deliver } = open();
  expect([await deliver('plant/#'), await deliver('#')]).toEqual([false, false]);
  expect(asked).toEqual(['+ +/+ +/+/+', '#', '$SYS/#', '$SYS/#']);
});

test.each(['+/+', '#', '$SYS/#'])(
  'One message for %s shows it, and it is not asked again.',
  async (brings) => {
    const { asked, deliver } = open({ brings });
    expect(await deliver('plant/#')).toBe(true);
    const { length } = asked;
    expect([await deliver('other/#'), asked.length]).toEqual([true, length]);
  },
);

test('What was asked for by its name shows nothing of wildcards.', async () => {
  const { wildcards, asked, deliver } = open();
  wildcards.answered(['plant/#', 'plant/a'], 1);
  expect(await deliver('plant/#')).toBe(false);
  wildcards.answered(['plant/#'], 1);
  asked.length = 0;
  expect([await deliver('plant/#'), asked]).toEqual([true, []]);
});

test('Of mosquitto, and of a broker that keeps none, nothing more has to be known.', async () => {
  for (const known of [{ isMosquitto: true }, { retainAvailable: false }]) {
    const { asked, deliver } = open(known);
    expect([await deliver('#'), asked]).toEqual([true, []]);
  }
});
