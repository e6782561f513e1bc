import { expect, test } from 'vitest';
import { updateFault } from '../../../../src-main/desktop/updates/update-fault.ts';

const fault = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  [
    'ENOENT',
    "ENOENT: no such file or directory, open '/opt/x/resources/app-update.yml'",
    /does not know where its updates/,
  ],
  ['ERR_UPDATER_NO_PUBLISHED_VERSIONS', 'No published versions on GitHub', /^No release was found/],
  [
    'ERR_UPDATER_LATEST_VERSION_NOT_FOUND',
    'Unable to find latest version: HttpError: 404',
    /^No release was found/,
  ],
  ['ERR_UPDATER_CHANNEL_FILE_NOT_FOUND', 'Cannot find latest-mac.yml', /nothing for this system/],
  [
    'ERR_UPDATER_INVALID_SIGNATURE',
    'New version 1 is not signed by the application owner',
    /thrown away. Nothing was installed/,
  ],
  [undefined, 'sha512 checksum mismatch, expected x, got y', /thrown away. Nothing was installed/],
  [undefined, 'Could not get code signature for running application', /not signed, and macOS/],
  [undefined, 'net::ERR_INTERNET_DISCONNECTED', /cannot be reached \(ERR_INTERNET_DISCONNECTED\)/],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND github.com', /cannot be reached \(ENOTFOUND\)/],
] as const)('%s: what happened and what to do', (code, message, sentence) => {
  expect(updateFault(fault(message, code))).toMatch(sentence);
});

test('An unknown error is shown by its first line, and never with the whole answer of a server.', () => {
  expect(updateFault(fault('odd thing\n at line\n<html>'))).toBe('Looking for updates failed: odd thing.');
  expect(updateFault(fault(`x${'y'.repeat(5_000)}`)).length).toBeLessThan(250);
  expect(updateFault('just text')).toBe('Looking for updates failed: just text.');
  // Another file that is missing is not the update address.
  expect(updateFault(fault('ENOENT: no such file, open /tmp/x', 'ENOENT'))).toContain(
    'Looking for updates failed',
  );
});
