import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedMap } from '../../../../src-main/core/retained/ordered-map.ts';

test('In whatever order it is filled and read, it holds what a Map holds.', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', '', '__proto__');
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant('get'), key) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('set'), key) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('clear'), key) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [it, plain] = [new OrderedMap<number>(), new Map<string, number>()];
      for (const [n, [what, name]] of steps.entries()) {
        if (what === 'set') {
          it.set(name, n);
          plain.set(name, n);
        } else if (what === 'clear') {
          it.clear();
          plain.clear();
        } else expect(it.get(name)).toBe(plain.get(name));
        expect(it.size).toBe(plain.size);
      }
      for (const name of [...plain.keys(), ...plain.keys()]) expect(it.get(name)).toBe(plain.get(name));
    }),
  );
});
