import { expect, test } from 'vitest';
import { readOrigin } from '../../../../src-main/desktop/updates/origin.ts';

const feed = (owner: string, repo: string, provider = 'github'): string =>
  `owner: ${owner}\nrepo: ${repo}\nprovider: ${provider}\nupdaterCacheDirName: topicscope-updater\n`;

test('The page of releases is read from what the release build carries.', () => {
  expect(readOrigin(feed('some-owner', 'topic.scope_1'), 'linux', {})).toEqual({
    page: 'https://github.com/some-owner/topic.scope_1/releases',
    cannotInstall: null,
  });
  expect(readOrigin(feed("'007'", '"x"'), 'linux', {}).page).toBe('https://github.com/007/x/releases');
});

test.each([
  null,
  '',
  feed('a', 'b', 'generic'),
  feed('a/../../evil', 'b'),
  feed('a', 'b?x=1'),
  feed('a b', 'c'),
  'provider: github\nowner: a\n',
])('No page is made up of what is not an owner and a repository: %j', (text) => {
  expect(readOrigin(text, 'linux', {}).page).toBeNull();
});

test('The portable program of Windows cannot replace itself; nothing else is portable.', () => {
  const env = { PORTABLE_EXECUTABLE_FILE: 'E:\\topicscope.exe' };
  expect(readOrigin(null, 'win32', env).cannotInstall).toContain('portable program cannot replace itself');
  expect(readOrigin(null, 'win32', {}).cannotInstall).toBeNull();
  expect(readOrigin(null, 'darwin', env).cannotInstall).toBeNull();
});
