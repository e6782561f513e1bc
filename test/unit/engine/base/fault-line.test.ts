import { expect, test } from 'vitest';
import { ProtocolError } from '../../../../src-main/contract/base/errors.ts';
import { faultLine } from '../../../../src-main/engine/base/fault-line.ts';

test('a fault of the program is logged with its stack', () => {
  expect(faultLine(new Error('boom'), 'publish')).toMatch(
    /a fault while answering publish: Error: boom\n\s+at /,
  );
});

test('a typed answer is one line, and one that came too late is none', () => {
  expect(faultLine(new ProtocolError('bad-params', 'This connection was closed.'), 'view')).toBe(
    'view was refused: This connection was closed.',
  );
  expect(faultLine(new ProtocolError('closed', 'gone'), 'view')).toBeNull();
});
